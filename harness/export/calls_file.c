// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "calls_file.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 400, DEFAULT_SECONDS = 5, WINDOWS = 4, ROUNDS = 22000, RISE = 1 << 20 };

void calls_line(const struct calls_file *file, const char *format, ...) {
    char line[LINE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    fprintf(file->to, "%s%s\n", line[0] != '\0' ? file->indent : "", line);
}

/* --- functions --- */

static void put_steps(struct calls_file *file, unsigned thread) {
    file->thread = thread;
    for (size_t i = 0; i < file->count; i++) {
        const struct ac_event *call = file->calls[i];
        const bool begins = i == 0 || file->calls[i - 1]->thread != call->thread;
        if (call->thread == thread) {
            calls_put(file, i);
        } else if (thread == 0 && begins) {
            calls_line(file, "pthread_create(&thread, NULL, thread_%u, NULL);", call->thread);
            calls_line(file, "pthread_join(thread, NULL);");
        }
    }
    if (file->calls[file->count - 1]->thread == thread)
        calls_put_check(file);
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
static void free_unused(struct calls_file *file, const char *text) {
    for (size_t i = 0; i < file->count; i++)
        if (file->calls[i]->function < AC_FN_COUNT &&
            count_uses(text, calls_variable(file, i)) == 1)
            calls_put_free(file, calls_variable(file, i));
}

static void put_calls(struct calls_file *file, unsigned thread) {
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
        free_unused(file, text);
    }
    free(text);
}

static void put_threads(struct calls_file *file) {
    const char *separator = "static void ";
    for (size_t i = 0; i < file->count; i++) {
        if (file->calls[i]->function >= AC_FN_COUNT)
            continue;
        fprintf(file->to, "%s*volatile p%u", separator, calls_variable(file, i));
        separator = ", ";
    }
    fputs(";\n", file->to);
    fputs(file->exported->interface ? "static const struct ac_allocator *a;\nstatic void *heap;\n\n"
                                    : "\n",
          file->to);
}

static void put_thread(struct calls_file *file, unsigned thread) {
    fprintf(file->to, "static void *thread_%u(void *unused) {\n    (void)unused;\n", thread);
    put_calls(file, thread);
    fputs("    return NULL;\n}\n\n", file->to);
}

static void put_heap(const struct calls_file *file) {
    const char *type = file->has_threads ? "" : "const struct ac_allocator *";
    fputs("    void *library = dlopen(argc > 1 ? argv[1] : ", file->to);
    put_library_literal(file->to, file->options);
    fputs(",\n                           RTLD_NOW | RTLD_DEEPBIND);\n", file->to);
    calls_line(file, "%sa = library != NULL ? dlsym(library, \"ac_allocator\") : NULL;", type);
    calls_line(file, "if (a == NULL) {");
    calls_line(file, "    fprintf(stderr, \"not tested: %%s\\n\", dlerror());");
    calls_line(file, "    return 2;");
    calls_line(file, "}");
    type = file->has_threads ? "" : "void *";
    if (file->options->target->allocator->open != NULL) {
        calls_line(file, "struct ac_open_options options = {.seed = %" PRIu32 "};",
                   file->program->head.seed);
        calls_line(file, "%sheap = a->open(&options);", type);
    } else {
        calls_line(file, "%sheap = NULL;", type);
    }
}

/* The process must not only be larger after many rounds: it must keep growing. */
static void put_growth(struct calls_file *file) {
    calls_line(file, "long size[%d];", WINDOWS);
    calls_line(file, "for (int window = 0; window < %d; window++) {", WINDOWS);
    calls_line(file, "    for (int round = 0; round < %d; round++) {", ROUNDS);
    file->indent = "            ";
    put_calls(file, 0);
    file->indent = "    ";
    calls_line(file, "    }");
    calls_line(file, "    size[window] = resident_kib();");
    calls_line(file, "}");
    calls_line(file,
               "if (size[0] < size[1] && size[1] < size[2] && size[2] < size[3] && "
               "size[3] - size[0] > %d) {",
               RISE / 1024);
    calls_line(
        file,
        "    fprintf(stderr, \"FAIL: no-growth: %%ld KiB more after %d rounds\\n\", size[3] - "
        "size[0]);",
        (WINDOWS - 1) * ROUNDS);
    calls_line(file, "    return 1;");
    calls_line(file, "}");
}

static void put_resident(const struct calls_file *file) {
    fputs("// KiB\n"
          "static long resident_kib(void) {\n"
          "    char text[64] = \"\", *second = text;\n"
          "    int statm = open(\"/proc/self/statm\", O_RDONLY);\n"
          "    if (read(statm, text, sizeof text - 1) <= 0)\n"
          "        exit(2);\n"
          "    close(statm);\n"
          "    strtol(text, &second, 10);\n"
          "    return strtol(second, NULL, 10) * (sysconf(_SC_PAGESIZE) / 1024);\n"
          "}\n\n",
          file->to);
}

static void put_main(struct calls_file *file) {
    const unsigned seconds = file->options->call_seconds;
    fputs(file->exported->interface ? "int main(int argc, char **argv) {\n" : "int main(void) {\n",
          file->to);
    if (file->exported->interface)
        put_heap(file);
    if (file->finding->oracle == AC_ORACLE_LIVENESS)
        calls_line(file, "alarm(%u); // the last call does not return",
                   seconds != 0 ? seconds : DEFAULT_SECONDS);
    if (file->has_threads)
        calls_line(file, "pthread_t thread;");
    if (file->is_growth)
        put_growth(file);
    else
        put_calls(file, 0);
    fputs("    return 0;\n}\n", file->to);
}

/* Blocks are volatile, so that no compiler removes a call or a check. */
static void put_file(struct calls_file *file) {
    calls_put_top(file);
    if (file->has_threads)
        put_threads(file);
    for (size_t i = 0; file->has_threads && i < file->count; i++) {
        const unsigned thread = file->calls[i]->thread;
        if (thread != 0 && (i == 0 || file->calls[i - 1]->thread != thread))
            put_thread(file, thread);
    }
    if (file->is_growth)
        put_resident(file);
    put_main(file);
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
    *exported = (struct exported){.interface = false};
    file.is_growth = finding != NULL && finding->oracle == AC_ORACLE_NO_GROWTH;
    file.fills = fills || file.is_growth;
    if (!calls_select(&file, exported->reason))
        return false;
    const bool interface =
        library != NULL && library->exports_interface && !options->names && options->prefix == NULL;
    const bool loads = interface || (calls_use_c23(&file) && options->prefix == NULL);
    export_note_use(exported, options, interface,
                    file.has_threads ? (loads ? " -pthread -ldl" : " -pthread")
                                     : (loads ? " -ldl" : ""));
    put_file(&file);
    return true;
}
