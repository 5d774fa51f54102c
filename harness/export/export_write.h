// SPDX-License-Identifier: MIT
// The statements of a C file.
#ifndef EXPORT_WRITE_H
#define EXPORT_WRITE_H

#include "export_plan.h"

/* Where the writing of a program is. */
struct writer {
    const struct plan *plan;
    FILE *to;          /* the function that is being written */
    FILE *frames;      /* functions of frames that are complete */
    size_t at;         /* op */
    uint64_t begun;    /* of its repeats: frames that it has entered, or left, so far */
    uint64_t depth;    /* frames entered */
    uint64_t stack;    /* bytes of alloca and variable-length arrays in them */
    unsigned frame;    /* functions of frames begun */
    bool *framed;      /* by slot: it may name memory of a frame */
    uint64_t *aligned; /* by slot: to what its block was asked to be aligned */
};

/* Writes all statements of the program to `body`, the functions of its frames to `frames`. False:
 * out of memory. */
bool write_program(const struct plan *plan, FILE *body, FILE *frames);

/* write_text.c */

enum { TEXT = 512 };

/* An operand, a slot, a product as expressions of C. `repeated': counted from `i'. */
void text_of_operand(struct ac_operand operand, char text[TEXT]);
void text_of_slot(uint32_t slot, bool repeated, char text[TEXT]);
void text_of_total(const struct ac_op *op, const struct wanted *wanted, char text[TEXT]);

/* Text of others in a comment, or between quotation marks, so that no compiler takes it for more.
 */
void put_comment(FILE *to, const char *text);
void put_quoted(FILE *to, const char *text);

/* write_answer.c: the call of a request, inside what must be true of its answer. `old': the address
 * that is resized, as an expression. */
void text_of_answer(const struct writer *writer, const struct ac_op *op,
                    const struct wanted *wanted, const char *old, char text[TEXT]);

/* write_op.c: the statement of one op that is no frame op; empty: it has none. */
void text_of_op(const struct writer *writer, const struct ac_op *op, char text[TEXT]);

/* write_comment.c: what stands above all. */
void write_banner(const struct plan *plan, FILE *to);

#endif
