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

static void put_hand_over(const struct writer *writer) {
    const struct lives *lives = writer->lives;
    char name[LIFE_NAME];
    if (writer->at < writer->plan->ops) {
        const struct life *next = &lives->at[lives->of[writer->at]];
        if (next->first == writer->at) {
            life_name(next, name);
            put(writer, "start_thread(%u, %s);", next->thread, name);
        }
    }
    put(writer, "hand_over();");
}

static void put_turn(const struct writer *writer, unsigned turn) {
    put(writer, "await_turn(%u);", turn);
}

/* Behind a life's last op, in whatever frame it is. */
static void put_last_turn(const struct writer *writer) {
    const struct life *life = own_life(writer);
    if (writer->life == 0) {
        if (writer->at < writer->plan->ops) {
            put_hand_over(writer);
            put_turn(writer, writer->lives->back);
        }
        return;
    }
    put_hand_over(writer);
    if (life->leaves != NO_TURN) {
        put_turn(writer, life->leaves);
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
            put_last_turn(writer);
        }
        return false;
    }
    if (at != writer->at) {
        put_hand_over(writer);
        put_turn(writer, lives->turn[at]);
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
    put_turn(writer, writer->lives->turn[life->first]);
}

static void put_end(const struct writer *writer) {
    const struct life *life = own_life(writer);
    if (life->ends != NO_TURN && life->ends != life->leaves) {
        if (life->leaves != NO_TURN) {
            put(writer, "hand_over();");
        }
        put_turn(writer, life->ends);
    } else if (life->ends == NO_TURN && life->leaves != NO_TURN) {
        put(writer, "hand_over();");
    }
    if (life->leaves_heap != NO_TURN) {
        put_turn(writer, life->leaves_heap);
        put(writer, "allocator->thread_exit(heap);");
        put(writer, "hand_over();");
    }
    put(writer, life->ends != NO_TURN ? "return NULL;" : "rest();");
}

bool write_thread(struct writer *writer) {
    char *body = NULL, name[LIFE_NAME];
    size_t length;
    writer->to = open_memstream(&body, &length);
    if (writer->to == NULL) {
        return false;
    }
    put_begin(writer);
    writer->at = own_life(writer)->first;
    write_ops(writer);
    put_end(writer);
    const bool whole = fclose(writer->to) == 0;
    life_name(own_life(writer), name);
    fprintf(writer->frames, "static void *%s(void *unused) {\n%s}\n\n", name, body);
    free(body);
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

/* --- what the main thread does behind the last op --- */

void write_leaves(const struct writer *writer) {
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        const struct life *life = writer->lives->left[i];
        if (life != NULL && life->leaves != NO_TURN) {
            put(writer, "hand_over();");
            put_turn(writer, life->leaves + 1);
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
        if (life != NULL && !life->frees && life->ends != NO_TURN) {
            put(writer, "end_thread(%u);", i);
        } else if (life != NULL && life->leaves_heap != NO_TURN) {
            put(writer, "hand_over();");
            put_turn(writer, life->leaves_heap + 1);
        }
    }
}
