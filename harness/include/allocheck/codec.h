// SPDX-License-Identifier: MIT
// The two forms of a program: bytes, as engines make them, and text, as people keep them.
#ifndef ALLOCHECK_CODEC_H
#define ALLOCHECK_CODEC_H

#include "program.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Reads any byte string as a program: total, never an error (running out of bytes ends the last
 * record early). What was in `program` is replaced. Returns false only when out of memory. */
bool ac_decode(struct ac_program *program, const uint8_t *bytes, size_t size);

/* Writes the canonical bytes of a program. Returns how many there are, also when that is more than
 * `capacity` (nothing past it is written). Ops with slots of AC_SLOTS_IN_BYTES or above cannot be
 * written: 0 is returned and *bad_op is the first one's index (bad_op may be NULL). */
size_t ac_encode(const struct ac_program *program, uint8_t *bytes, size_t capacity, size_t *bad_op);

/* Where a text went wrong, and what was expected there. */
struct ac_text_error {
    size_t line;   /* from 1 */
    size_t column; /* from 1, in bytes */
    char expected[120];
};

/* What the comments of a stored program say it should do: `# expect: clean` or `# expect: finding
 * ORACLE on NAME`, each with the words `with trap` after it where it is about requests for pages
 * that are refused of allocators which take no page source. */
struct ac_expect {
    bool given;
    bool clean;   /* `clean` */
    bool trapped; /* `with trap`: such requests are trapped (target.h) where it is run */
    int oracle;   /* enum ac_oracle of `finding ORACLE`, -1 for `clean` */
    char on[64];  /* allocator of `finding ORACLE on NAME`; empty: any */
};

/* Parses the text form. False: *error says where and why, the program is empty. `expect` may be
 * NULL. The text need not end in a zero byte.
 *
 *   ops 1                                 first, after comments
 *   with KEY=VALUE ...                    at most once, right after; keys as ac_print writes them
 *   repeat N: on T: pN = NAME OPERAND ... one op a line; what does not apply is left out
 *
 * Operands are numbers (decimal, 0x.., with K, M or G after for powers of 1024), or max, half,
 * left, page or N*page with a delta. `#` starts a comment, anywhere. Lines end in LF or CRLF and
 * may be of any length; zero bytes are refused. */
bool ac_parse(struct ac_program *program, const char *text, size_t size,
              struct ac_text_error *error, struct ac_expect *expect);

/* Writes the text form: `ops 1` first, the settings that are not the default ones, one op a line.
 * Numbers are decimal; the limit has the largest suffix that divides it. Ends in a zero byte where
 * capacity is above 0. Returns the length without it, also when that is more than capacity - 1. */
size_t ac_print(const struct ac_program *program, char *text, size_t capacity);

/* Writes one op as a line of the text form, without a newline; as ac_print otherwise. */
size_t ac_print_op(const struct ac_op *op, char *text, size_t capacity);

/* Writes one operand (`48`, `max-7`, `page-16`, `3*page+1`); as ac_print otherwise. */
size_t ac_print_operand(struct ac_operand operand, char *text, size_t capacity);

/* Writes the grammar of an op kind with example operands (`p0 = malloc 24`): a line that parses. */
size_t ac_print_grammar(enum ac_op_kind kind, char *text, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
