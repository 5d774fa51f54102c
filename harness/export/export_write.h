// SPDX-License-Identifier: MIT
// The statements of a C file.
#ifndef EXPORT_WRITE_H
#define EXPORT_WRITE_H

#include "export_plan.h"
#include "known.h"
#include "lives.h"

/* Where the writing of a program is. */
struct writer {
    const struct plan *plan;
    FILE *to;                  /* the function that is being written */
    FILE *frames;              /* functions of frames that are complete */
    size_t at;                 /* op */
    uint64_t begun;            /* of its repeats: frames that it has entered, or left, so far */
    uint64_t depth;            /* frames entered */
    uint64_t stack;            /* bytes of alloca and variable-length arrays in them */
    unsigned frame;            /* functions of frames begun */
    const struct known *known; /* by op */
    const struct lives *lives;
    size_t life; /* that is being written */
    bool done;   /* its last op is written */
};

/* Writes all statements of the program to `body`, the functions of its frames to `frames`. False:
 * out of memory. */
bool write_program(const struct plan *plan, FILE *body, FILE *frames);

/* A line, and a comment after it or NULL. */
void write_line(struct writer *writer, const char *indent, const char *text, const char *comment);

/* The ops of a life from `at` on, up to the end of the frame that it is in. */
void write_ops(struct writer *writer);

/* write_threads.c */

enum { THREAD_DEPTH = 64 }; /* by how much the depths of a thread's frames begin above another's */

/* By the main thread, before its first op: all threads start. */
void write_starts(const struct writer *writer);
/* The functions of threads, in front of all that starts one. */
void declare_threads(const struct lives *lives, FILE *to);
/* The function of a life that is not the main thread's. False: out of memory. */
bool write_thread(struct writer *writer);
/* Goes to the next op of the life, and writes how its turn comes. False: there is none. */
bool write_to_own_op(struct writer *writer);
/* By the main thread: all leave their frames, and those end that free blocks then. */
void write_leaves(const struct writer *writer);
/* Likewise, with nothing live: all end, or leave the heap, where that is due. */
void write_farewells(const struct writer *writer);

/* write_end.c */

/* What must be so before the op that shows the finding, or before all is freed. */
void write_means(struct writer *writer);
/* All is freed and checked, and the heap closed. */
void write_teardown(struct writer *writer);

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
