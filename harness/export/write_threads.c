// SPDX-License-Identifier: MIT
// The threads of a program: a function for each, and where one hands over to the next.
#define _GNU_SOURCE /* open_memstream */
#include "export_write.h"

#include <stdarg.h>
#include <stdlib.h>

static const struct life *own_life(const struct writer *writer) {
    return &writer->lives->at[writer->life];
}

static void put(const struct writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put(const struct writer *writer, const char *format, ...) {
    va_list arguments;
    fputs("    ", writer->to);
    va_start(arguments, format);
    vfprintf(writer->to, format, arguments);
    va_end(arguments);
    fputc('\n', writer->to);
}

/* --- turns --- */

static void put_start(const struct writer *writer, const struct life *life) {
    char name[LIFE_NAME];
    life_name(life, name);
    put(writer, "start_thread(%u, %s);", life->thread, name);
}

/* What is not a thread's first life can only begin once the one before has ended. */
static void put_hand_over(const struct writer *writer) {
    const struct lives *lives = writer->lives;
    if (writer->at < writer->plan->ops) {
        const struct life *next = &lives->at[lives->of[writer->at]];
        if (next->first == writer->at && next->number > 1) {
            put_start(writer, next);
        }
    }
    put(writer, "hand_over();");
}

/* Before the first op, for a thread's start takes memory from the heap of the process. */
void write_starts(const struct writer *writer) {
    for (size_t i = 1; i < writer->lives->count; i++) {
        if (writer->lives->at[i].number == 1) {
            put_start(writer, &writer->lives->at[i]);
        }
    }
}

static void put_step(const struct writer *writer, unsigned turn) {
    put(writer, "await_token(%u);", turn);
}

/* After a life's last op, in whatever frame it is. */
static void put_last_step(const struct writer *writer) {
    const struct life *life = own_life(writer);
    if (writer->life == 0) {
        if (writer->at < writer->plan->ops) {
            put_hand_over(writer);
            put_step(writer, writer->lives->back);
        }
        return;
    }
    put_hand_over(writer);
    if (life->leaves != NO_STEP) {
        put_step(writer, life->leaves);
    } else if (writer->depth > 0) {
        put(writer, "rest();");
    }
}

bool write_to_own_op(struct writer *writer) {
    const struct lives *lives = writer->lives;
    size_t at = writer->at;
    while (at < writer->plan->ops && lives->of[at] != writer->life) {
        at++;
    }
    if (at == writer->plan->ops) {
        if (!writer->done) {
            writer->done = true;
            put_last_step(writer);
        }
        return false;
    }
    if (at != writer->at) {
        put_hand_over(writer);
        put_step(writer, lives->turn[at]);
        writer->at = at;
    }
    return true;
}

/* --- the function of a thread --- */

static void put_begin(const struct writer *writer) {
    const struct life *life = own_life(writer);
    put(writer, "(void)unused;");
    if (plan_has(writer->plan, EXPORT_frames)) {
        put(writer, "depth = %u;", life->thread * THREAD_DEPTH);
    }
    if (plan_has(writer->plan, EXPORT_errno)) {
        put(writer, "errno = no_errno;");
    }
    if (plan_has(writer->plan, EXPORT_thread_ends)) {
        put(writer, "see_end(%u);", life->thread);
    }
}

static void put_ops(struct writer *writer) {
    writer->at = own_life(writer)->first;
    put_step(writer, writer->lives->turn[writer->at]);
    write_ops(writer);
}

/* The thread is between two turns, or in its last one. */
static void put_end(const struct writer *writer) {
    const struct life *life = own_life(writer);
    if (life->leaves != NO_STEP && life->leaves != life->ends) {
        put(writer, "hand_over();");
    }
    if (life->ends != NO_STEP && life->leaves != life->ends) {
        put_step(writer, life->ends);
    }
    if (life->leaves_heap != NO_STEP) {
        put_step(writer, life->leaves_heap);
        put(writer, "allocator->thread_exit(heap);");
        put(writer, "hand_over();");
    }
    if (!life->comes_again) {
        put(writer, life->ends != NO_STEP ? "return NULL;" : "rest();");
    }
}

/* A thread that comes again has a function for its round. */
static void write_functions(struct writer *writer, FILE *rounds, const char *name) {
    const bool comes_again = own_life(writer)->comes_again;
    FILE *function = writer->to;
    put_begin(writer);
    writer->to = comes_again ? rounds : function;
    put_ops(writer);
    put_end(writer);
    writer->to = function;
    if (comes_again) {
        put(writer, "for (;;) {");
        put(writer, "    %s_round();", name);
        put(writer, "}");
        put(writer, "return NULL;");
    }
}

bool write_thread(struct writer *writer) {
    char *body = NULL, *round = NULL, name[LIFE_NAME];
    size_t length;
    FILE *rounds = open_memstream(&round, &length);
    writer->to = open_memstream(&body, &length);
    bool whole = writer->to != NULL && rounds != NULL;
    life_name(own_life(writer), name);
    if (whole) {
        write_functions(writer, rounds, name);
    }
    whole = (writer->to == NULL || fclose(writer->to) == 0) && whole;
    whole = (rounds == NULL || fclose(rounds) == 0) && whole;
    if (whole && own_life(writer)->comes_again) {
        fprintf(writer->frames, "static void %s_round(void) {\n%s}\n\n", name, round);
    }
    if (whole) {
        fprintf(writer->frames, "static void *%s(void *unused) {\n%s}\n\n", name, body);
    }
    free(body);
    free(round);
    return whole;
}

void declare_threads(const struct lives *lives, FILE *to) {
    char name[LIFE_NAME];
    for (size_t i = 1; i < lives->count; i++) {
        life_name(&lives->at[i], name);
        fprintf(to, "static void *%s(void *unused);\n", name);
    }
    fputs(lives->count > 1 ? "\n" : "", to);
}

/* --- what the main thread does after the last op --- */

void write_leaves(const struct writer *writer) {
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        const struct life *life = writer->lives->left[i];
        if (life != NULL && life->leaves != NO_STEP) {
            put(writer, "hand_over();");
            put_step(writer, life->leaves + 1);
        }
    }
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        const struct life *life = writer->lives->left[i];
        if (life != NULL && life->frees) {
            put(writer, "end_thread(%u);", i);
        }
    }
}

void write_farewells(const struct writer *writer) {
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        const struct life *life = writer->lives->left[i];
        if (life != NULL && !life->frees && life->ends != NO_STEP) {
            put(writer, "end_thread(%u);", i);
        } else if (life != NULL && life->leaves_heap != NO_STEP) {
            put(writer, "hand_over();");
            put_step(writer, life->leaves_heap + 1);
        }
    }
}
