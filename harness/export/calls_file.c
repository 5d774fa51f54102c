// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "calls_file.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 400, DEFAULT_SECONDS = 5 };

void calls_line(const struct calls_file *file, const char *format, ...) {
    char line[LINE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    fprintf(file->to, "%s%s\n", line[0] != '\0' ? file->indent : "", line);
}

/* --- functions --- */

/* Where the check is: after the last call; on the main thread if that was the end of all. */
static bool checks_on(const struct calls_file *file, unsigned thread) {
    const bool ended = file->count == 0 || file->finding->op >= file->program->count;
    return thread == (ended ? 0 : calls_last(file)->thread);
}

static void put_steps(struct calls_file *file, unsigned thread) {
    file->thread = thread;
    for (size_t i = 0; i < file->count; i++) {
        const struct ac_event *call = file->calls[i];
        const bool begins = i == 0 || file->calls[i - 1]->thread != call->thread;
        if (call->thread == thread) {
            calls_put_page_ops(file, i);
            calls_put(file, i);
        } else if (thread == 0 && begins) {
            calls_line(file, "pthread_create(&thread, NULL, thread_%u, NULL);", call->thread);
            calls_line(file, "pthread_join(thread, NULL);");
        }
    }
    calls_put_leave(file);
    calls_put_close(file);
    if (!file->is_loop && checks_on(file, thread))
        (file->opens_only ? calls_put_heap_check : calls_put_check)(file);
}

/* How often a text has the name of a variable. */
static size_t count_uses(const char *text, unsigned variable) {
    char name[16];
    size_t uses = 0;
    const size_t length = (size_t)snprintf(name, sizeof name, "p%u", variable);
    for (const char *at = text; (at = strstr(at, name)) != NULL; at += length)
        uses += !isalnum((unsigned char)at[length]) && !isalnum((unsigned char)at[-1]);
    return uses;
}

/* Compilers warn of a variable that is never used again. */
static void use_variables(struct calls_file *file, const char *text) {
    for (size_t i = 0; i < file->count; i++) {
        const unsigned variable = calls_variable(file, i);
        const bool is_array = file->times[i] > 1; /* it has a declaration, too */
        if (file->calls[i]->function >= AC_FN_COUNT || count_uses(text, variable) > 1U + is_array)
            continue;
        calls_line(file, "(void)p%u;", variable);
    }
}

void calls_put_body(struct calls_file *file, unsigned thread) {
    FILE *to = file->to;
    char *text = NULL;
    size_t length;
    if (!file->has_threads)
        file->to = open_memstream(&text, &length);
    if (file->to == NULL)
        file->to = to;
    put_steps(file, thread);
    if (file->to != to) {
        fclose(file->to);
        file->to = to;
        fputs(text, to);
        use_variables(file, text);
    }
    free(text);
}

static void put_threads(struct calls_file *file) {
    const char *separator = "static void ";
    fputs("// Volatile, so that the compiler keeps every call.\n", file->to);
    for (size_t i = 0; i < file->count; i++) {
        if (file->calls[i]->function >= AC_FN_COUNT)
            continue;
        fprintf(file->to, "%s*volatile p%u", separator, calls_variable(file, i));
        if (file->times[i] > 1)
            fprintf(file->to, "[%u]", file->times[i]);
        separator = ", ";
    }
    fputs(";\n", file->to);
    fputs(file->exported->interface ? "static const struct ac_allocator *a;\nstatic void *heap;\n\n"
                                    : "\n",
          file->to);
}

static void put_thread(struct calls_file *file, unsigned thread) {
    fprintf(file->to, "static void *thread_%u(void *unused) {\n    (void)unused;\n", thread);
    calls_put_body(file, thread);
    fputs("    return NULL;\n}\n\n", file->to);
}

static void put_main(struct calls_file *file) {
    const unsigned seconds = file->options->call_seconds;
    fputs(file->exported->interface ? "int main(int argc, char **argv) {\n" : "int main(void) {\n",
          file->to);
    if (file->finding->oracle == AC_ORACLE_LIVENESS)
        calls_line(file, "alarm(%u); // ends it: the last call does not return",
                   seconds != 0 ? seconds : DEFAULT_SECONDS);
    if (file->exported->interface)
        calls_put_open(file);
    if (file->has_threads)
        calls_line(file, "pthread_t thread;");
    else if (file->count > 0)
        calls_line(file, "// Volatile, so that the compiler keeps every call.");
    if (file->is_loop)
        calls_put_loop(file);
    else
        calls_put_body(file, 0);
    const bool returned = file->finding->oracle == AC_ORACLE_MISUSE_CAUGHT && !file->has_threads;
    fputs(returned ? "}\n" : "    return 0;\n}\n", file->to); /* that check always fails */
}

/* Blocks are volatile, so that no compiler removes a call or a check. */
static void put_rest(struct calls_file *file) {
    if (file->exported->interface)
        calls_put_heap_top(file);
    if (file->has_threads)
        put_threads(file);
    for (size_t i = 0; file->has_threads && i < file->count; i++) {
        const unsigned thread = file->calls[i]->thread;
        if (thread != 0 && (i == 0 || file->calls[i - 1]->thread != thread))
            put_thread(file, thread);
    }
    if (file->is_loop)
        calls_put_loop_top(file);
    put_main(file);
}

/* The top comes last, because it includes what the rest needs. False: out of memory. */
static bool put_file(struct calls_file *file) {
    FILE *const to = file->to;
    char *text = NULL;
    size_t length;
    file->to = open_memstream(&text, &length);
    if (file->to == NULL)
        return false;
    put_rest(file);
    const bool done = fclose(file->to) == 0;
    file->to = to;
    if (done) {
        calls_put_top(file, text);
        fputs(text, to);
    }
    free(text);
    return done;
}

bool export_calls_c(const struct export_options *options, const struct ac_program *program,
                    const struct ac_finding *finding, bool fills, FILE *to,
                    struct exported *exported) {
    struct calls_file file = {.options = options,
                              .program = program,
                              .finding = finding,
                              .journal = options->journal,
                              .exported = exported,
                              .to = to,
                              .indent = "    "};
    const struct ac_library *library = options->target->library;
    const bool interface =
        library != NULL && library->exports_interface && !options->names && options->prefix == NULL;
    *exported = (struct exported){.interface = interface};
    file.is_loop = finding != NULL && (finding->oracle == AC_ORACLE_NO_GROWTH ||
                                       strcmp(finding->expected, EVIDENCE_STEADY) == 0);
    file.fills = fills || file.is_loop;
    if (!calls_select(&file, exported->reason))
        return false;
    const bool loads = interface || (calls_use_c23(&file) && options->prefix == NULL);
    export_note_use(exported, options, interface,
                    file.has_threads ? (loads ? " -pthread -ldl" : " -pthread")
                                     : (loads ? " -ldl" : ""));
    return put_file(&file);
}
