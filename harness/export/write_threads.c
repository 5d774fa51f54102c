// SPDX-License-Identifier: MIT
// A function for each thread, and the handover from step to step.
#define _GNU_SOURCE /* open_memstream */
#include "write.h"

#include <stdarg.h>
#include <stdlib.h>

static const struct lifetime *own_lifetime(const struct writer *writer) {
    return &writer->lifetimes->at[writer->lifetime];
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

/* --- steps --- */

static void put_start(const struct writer *writer, const struct lifetime *lifetime) {
    char name[THREAD_NAME];
    thread_function_name(lifetime, name);
    put(writer, "start_thread(%u, %s);", lifetime->thread, name);
}

/* A later lifetime of a thread can only begin after the one before has ended. */
static void put_next_step(const struct writer *writer) {
    const struct lifetimes *lifetimes = writer->lifetimes;
    if (writer->at < writer->plan->ops) {
        const struct lifetime *next = &lifetimes->at[lifetimes->of[writer->at]];
        if (next->first == writer->at && next->number > 1)
            put_start(writer, next);
    }
    put(writer, "next_step();");
}

/* Before the first op, because starting a thread allocates memory. */
void write_starts(const struct writer *writer) {
    for (size_t i = 1; i < writer->lifetimes->count; i++)
        if (writer->lifetimes->at[i].number == 1)
            put_start(writer, &writer->lifetimes->at[i]);
}

static void put_step(const struct writer *writer, unsigned step) {
    put(writer, "wait_for_step(%u);", step);
}

/* After the last op of a lifetime, inside its frames. */
static void put_last_step(const struct writer *writer) {
    const struct lifetime *lifetime = own_lifetime(writer);
    if (writer->lifetime == 0) {
        if (writer->at < writer->plan->ops) {
            put_next_step(writer);
            put_step(writer, writer->lifetimes->main_step);
        }
        return;
    }
    put_next_step(writer);
    if (lifetime->frames_step != NO_STEP)
        put_step(writer, lifetime->frames_step);
    else if (writer->depth > 0)
        put(writer, "wait_forever();");
}

bool write_to_own_op(struct writer *writer) {
    const struct lifetimes *lifetimes = writer->lifetimes;
    size_t at = writer->at;
    while (at < writer->plan->ops && lifetimes->of[at] != writer->lifetime)
        at++;
    if (at == writer->plan->ops) {
        if (!writer->done) {
            writer->done = true;
            put_last_step(writer);
        }
        return false;
    }
    if (at != writer->at) {
        put_next_step(writer);
        put_step(writer, lifetimes->step[at]);
        writer->at = at;
    }
    return true;
}

/* --- the function of a thread --- */

static void put_begin(const struct writer *writer) {
    const struct lifetime *lifetime = own_lifetime(writer);
    put(writer, "(void)unused;");
    if (plan_has(writer->plan, EXPORT_frames))
        put(writer, "depth = %u;", lifetime->thread * THREAD_DEPTH);
    if (plan_has(writer->plan, EXPORT_errno))
        put(writer, "errno = no_errno;");
    if (plan_has(writer->plan, EXPORT_thread_ends))
        put(writer, "watch_exit(%u);", lifetime->thread);
}

static void put_ops(struct writer *writer) {
    writer->at = own_lifetime(writer)->first;
    put_step(writer, writer->lifetimes->step[writer->at]);
    write_ops(writer);
}

/* The thread is between two steps, or in its last one. */
static void put_end(const struct writer *writer) {
    const struct lifetime *lifetime = own_lifetime(writer);
    if (lifetime->frames_step != NO_STEP && lifetime->frames_step != lifetime->end_step)
        put(writer, "next_step();");
    if (lifetime->end_step != NO_STEP && lifetime->frames_step != lifetime->end_step)
        put_step(writer, lifetime->end_step);
    if (lifetime->heap_step != NO_STEP) {
        put_step(writer, lifetime->heap_step);
        put(writer, "allocator->thread_exit(heap);");
        put(writer, "next_step();");
    }
    if (!lifetime->continues)
        put(writer, lifetime->end_step != NO_STEP ? "return NULL;" : "wait_forever();");
}

/* A thread that continues has a function for one round. */
static void write_functions(struct writer *writer, FILE *rounds, const char *name) {
    const bool continues = own_lifetime(writer)->continues;
    FILE *function = writer->to;
    put_begin(writer);
    writer->to = continues ? rounds : function;
    put_ops(writer);
    put_end(writer);
    writer->to = function;
    if (continues) {
        put(writer, "for (;;) {");
        put(writer, "    %s_round();", name);
        put(writer, "}");
        put(writer, "return NULL;");
    }
}

bool write_thread(struct writer *writer) {
    char *body = NULL, *round = NULL, name[THREAD_NAME];
    size_t length;
    FILE *rounds = open_memstream(&round, &length);
    writer->to = open_memstream(&body, &length);
    bool good = writer->to != NULL && rounds != NULL;
    thread_function_name(own_lifetime(writer), name);
    if (good)
        write_functions(writer, rounds, name);
    good = (writer->to == NULL || fclose(writer->to) == 0) && good;
    good = (rounds == NULL || fclose(rounds) == 0) && good;
    if (good && own_lifetime(writer)->continues)
        fprintf(writer->frames, "static void %s_round(void) {\n%s}\n\n", name, round);
    if (good)
        fprintf(writer->frames, "static void *%s(void *unused) {\n%s}\n\n", name, body);
    free(body);
    free(round);
    return good;
}

void declare_threads(const struct lifetimes *lifetimes, FILE *to) {
    char name[THREAD_NAME];
    for (size_t i = 1; i < lifetimes->count; i++) {
        thread_function_name(&lifetimes->at[i], name);
        fprintf(to, "static void *%s(void *unused);\n", name);
    }
    fputs(lifetimes->count > 1 ? "\n" : "", to);
}

/* --- the main thread after the last op --- */

void write_frame_exits(const struct writer *writer) {
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        const struct lifetime *lifetime = writer->lifetimes->remaining[i];
        if (lifetime != NULL && lifetime->frames_step != NO_STEP) {
            put(writer, "next_step();");
            put_step(writer, lifetime->frames_step + 1);
        }
    }
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        const struct lifetime *lifetime = writer->lifetimes->remaining[i];
        if (lifetime != NULL && lifetime->frees)
            put(writer, "end_thread(%u);", i);
    }
}

void write_thread_ends(const struct writer *writer) {
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        const struct lifetime *lifetime = writer->lifetimes->remaining[i];
        if (lifetime != NULL && !lifetime->frees && lifetime->end_step != NO_STEP) {
            put(writer, "end_thread(%u);", i);
        } else if (lifetime != NULL && lifetime->heap_step != NO_STEP) {
            put(writer, "next_step();");
            put_step(writer, lifetime->heap_step + 1);
        }
    }
}
