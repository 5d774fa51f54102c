// SPDX-License-Identifier: MIT
// The two forms of a program: bytes for fuzz engines, and text for people.
#ifndef ALLOCHECK_CODEC_H
#define ALLOCHECK_CODEC_H

#include "program.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Decodes any byte string: missing bytes read as 0, so decoding never fails. Replaces the content
 * of `program`. False: out of memory. */
bool ac_decode(struct ac_program *program, const uint8_t *bytes, size_t size);

/* Writes the canonical bytes of a valid program, at most `capacity` of them. Returns their number,
 * which may exceed `capacity`. Returns 0 if an op has a slot of AC_SLOTS_IN_BYTES or above; *bad_op
 * is then the index of the first one (bad_op may be NULL). */
size_t ac_encode(const struct ac_program *program, uint8_t *bytes, size_t capacity, size_t *bad_op);

/* The place of a syntax error, and what was expected there. */
struct ac_text_error {
    size_t line;   /* from 1 */
    size_t column; /* from 1, in bytes */
    char expected[120];
};

/* What the comments of a stored program ask for. `# expect: clean` or `# expect: finding ORACLE on
 * NAME` is an expectation; `with trap` after it means that page requests are trapped for allocators
 * that take no page source. `# deviations: findings` means that it is checked against the
 * standards, also where the allocator was measured to deviate from them. */
struct ac_expect {
    bool given;   /* an expectation */
    bool strict;  /* `# deviations: findings' */
    bool clean;   /* `clean` */
    bool trapped; /* `with trap`: page requests are trapped (target.h) */
    int oracle;   /* enum ac_oracle of `finding ORACLE`; -1: `clean` */
    char on[64];  /* NAME; empty: any allocator */
};

/* Parses the text form. The text need not end in a zero byte; `expect` may be NULL. False: *error
 * is set and the program is empty.
 *
 *   ops 1                                 first line, apart from comments
 *   with KEY=VALUE ...                    optional second line: the head
 *   repeat N: on T: pN = NAME OPERAND ... one op a line; prefixes and `pN =` as needed
 *
 * Operands are numbers (decimal or 0x.., with an optional suffix K, M or G for powers of 1024), or
 * max, half, left, page or N*page with an optional delta. `#` starts a comment. Lines end in LF or
 * CRLF and may have any length. Zero bytes are errors. */
bool ac_parse(struct ac_program *program, const char *text, size_t size,
              struct ac_text_error *error, struct ac_expect *expect);

/* Writes the text form: `ops 1`, the settings that differ from the default, and one op a line.
 * Numbers are decimal; the limit has the largest suffix that divides it. Writes at most `capacity`
 * bytes, with a zero byte at the end. Returns the length of the text without the zero byte, which
 * may be `capacity` or more: the text is then truncated. */
size_t ac_print(const struct ac_program *program, char *text, size_t capacity);

/* Writes one op as a line of the text form without its newline. Otherwise as ac_print. */
size_t ac_print_op(const struct ac_op *op, char *text, size_t capacity);

/* Writes one operand (`48`, `max-7`, `3*page+1`). Otherwise as ac_print. */
size_t ac_print_operand(struct ac_operand operand, char *text, size_t capacity);

/* Writes an example line of an op kind that parses (`p0 = malloc 24`). Otherwise as ac_print. */
size_t ac_print_grammar(enum ac_op_kind kind, char *text, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
