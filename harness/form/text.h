// SPDX-License-Identifier: MIT
// The text form, shared by printer and parser.
#ifndef ALLOCHECK_TEXT_H
#define ALLOCHECK_TEXT_H

#include "allocheck/codec.h"

/* Output. `length` counts also the characters that do not fit. */
struct text_writer {
    char *text;
    size_t capacity;
    size_t length;
};

void ac_put_char(struct text_writer *to, char c);
void ac_put_text(struct text_writer *to, const char *text);
void ac_put_decimal(struct text_writer *to, uint64_t number);
/* Ends the text with a zero byte if capacity > 0. Returns the length without it. */
size_t ac_end_text(struct text_writer *to);

/* Input. */
struct text_cursor {
    const char *next;
    const char *end;
    const char *line_start;
    size_t line; /* from 1 */
    struct ac_text_error *error;
};

/* Records an error at `at`, a place on the current line. Always returns false. */
bool ac_expected(struct text_cursor *from, const char *at, const char *what);

/* True at a comment, a line break or the end of the text. */
bool ac_at_content_end(const struct text_cursor *from);
/* True at a line break (LF or CRLF) or the end of the text. */
bool ac_at_line_end(const struct text_cursor *from);
void ac_skip_blanks(struct text_cursor *from);

/* Skips a given character, or a given whole word of letters, digits and `_`. False: not there. */
bool ac_take_char(struct text_cursor *from, char c);
bool ac_take_word(struct text_cursor *from, const char *word);

/* The length of the next word: letters, digits and `_`. */
size_t ac_word_length(const struct text_cursor *from);

/* Parses a number up to `most`: decimal without leading zeros, or hexadecimal with 0x; then K, M or
 * G or nothing. `what` describes it in the error. */
bool ac_take_text_number(struct text_cursor *from, uint64_t most, const char *what,
                         uint64_t *number);

/* A fixed list of names, such as the quirks. */
struct text_names {
    const char *what; /* "a quirk" */
    size_t count;
    const char *(*name)(size_t index);
};

/* Parses one of the names and returns its index. */
bool ac_take_name(struct text_cursor *from, const struct text_names *names, size_t *index);

/* text_head.c: the settings after `with`. */
bool ac_parse_head(struct text_cursor *from, struct ac_head *head);
/* Writes ` KEY=VALUE` for each setting that differs from the default. */
void ac_print_head(struct text_writer *to, const struct ac_head *head);

/* text_operand.c; `letter` is N, S, A or K. */
bool ac_parse_operand(struct text_cursor *from, char letter, struct ac_operand *operand);
void ac_print_operand_to(struct text_writer *to, struct ac_operand operand);

/* text_op.c: parses one op, up to a comment or the end of the line. */
bool ac_parse_op(struct text_cursor *from, struct ac_op *op);

/* text_expect.c: parses a comment after its `#`. */
bool ac_parse_comment(struct text_cursor *from, struct ac_expect *expect);

#endif
