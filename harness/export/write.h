// SPDX-License-Identifier: MIT
// Writes the statements of a C file.
#ifndef EXPORT_WRITE_H
#define EXPORT_WRITE_H

#include "plan.h"
#include "slot_facts.h"
#include "lifetimes.h"

/* The state of writing a program. */
struct writer {
    const struct plan *plan;
    FILE *to;                       /* the current function */
    FILE *frames;                   /* complete functions, of frames and threads */
    size_t at;                      /* op */
    uint64_t begun;                 /* repeats of an enter or leave written so far */
    uint64_t depth;                 /* frames entered */
    uint64_t stack;                 /* bytes of alloca and variable-length arrays in them */
    unsigned frame;                 /* number of the last frame function */
    const struct slot_facts *facts; /* by op */
    const struct lifetimes *lifetimes;
    size_t lifetime; /* the current one */
    bool done;       /* its last op is written */
};

/* Writes the statements to `body`, the functions of frames and threads to `frames`. False: out of
 * memory. */
bool write_program(const struct plan *plan, FILE *body, FILE *frames);

/* A line with a comment, or NULL. */
void write_line(struct writer *writer, const char *indent, const char *text, const char *comment);

/* The ops of a lifetime from `at` to the end of the current frame. */
void write_ops(struct writer *writer);

/* write_threads.c */

enum { THREAD_DEPTH = 64 }; /* frame depths of thread N start at N times this */

/* In the main thread, before its first op: starts all threads. */
void write_starts(const struct writer *writer);
/* Declares the thread functions. */
void declare_threads(const struct lifetimes *lifetimes, FILE *to);
/* The function of a lifetime other than the main thread's. False: out of memory. */
bool write_thread(struct writer *writer);
/* Goes to the next op of the lifetime and writes the wait for its step. False: no more ops. */
bool write_to_own_op(struct writer *writer);
/* In the main thread: the others leave their frames; those that free blocks at exit end. */
void write_frame_exits(const struct writer *writer);
/* In the main thread, with nothing live: the others end or leave the heap. */
void write_thread_ends(const struct writer *writer);

/* write_teardown.c */

/* The shortage that the failing op, or the teardown, needs. */
void write_shortage(struct writer *writer);
/* Frees and checks everything, then closes the heap. */
void write_teardown(struct writer *writer);

/* write_text.c */

enum { TEXT = 640 };

/* An operand, a slot, a product as C expressions. `repeated': relative to `i'. */
void text_of_operand(struct ac_operand operand, char text[TEXT]);
void text_of_slot(uint32_t slot, bool repeated, char text[TEXT]);
void text_of_total(const struct ac_op *op, const struct request *request, char text[TEXT]);

/* Any text in a comment or a string literal, made safe for compilers. */
void put_comment(FILE *to, const char *text);
void put_quoted(FILE *to, const char *text);

/* write_call.c: the call of a request inside its checks. `old': the address to resize, as an
 * expression. */
void text_of_call(const struct writer *writer, const struct ac_op *op,
                  const struct request *request, const char *old, char text[TEXT]);

/* write_op.c: the statement of an op other than a frame op; empty: none. */
void text_of_op(const struct writer *writer, const struct ac_op *op, char text[TEXT]);

/* write_banner.c: the comment at the top of the file */

void write_banner(const struct plan *plan, const struct exported *exported, FILE *to);
/* `// LABEL     TEXT'. */
void put_labelled(FILE *to, const char *label, const char *text);
/* The path of the library as a string literal. */
void put_library_literal(FILE *to, const struct export_options *options);
/* Fills in how the file reaches the allocator. */
void export_note_use(struct exported *exported, const struct export_options *options,
                     bool interface, const char *flags);
/* How the file is compiled and run, and that it was not verified. */
void put_build(FILE *to, const struct export_options *options, const struct exported *exported);

#endif
