// SPDX-License-Identifier: MIT
// The top of a short C file: the finding, how to compile and run, includes, declarations.
#include "calls_file.h"

enum { LINE = 400 };

static void put_banner(const struct calls_file *file) {
    const struct ac_finding *finding = file->finding;
    const struct ac_oracle_info *oracle = ac_oracle_info(finding->oracle);
    char text[LINE];
    snprintf(text, sizeof text, "%s on %s", oracle->id, file->options->target->name);
    put_labelled(file->to, "finding", text);
    snprintf(text, sizeof text, "%s (%s)", oracle->sentence, oracle->rule);
    put_labelled(file->to, "rule", text);
    put_labelled(file->to, "expected", finding->expected);
    put_labelled(file->to, "actual", finding->actual);
    put_build(file->to, file->options, file->exported);
    fputs("// It exits with 1 and a message, or dies by a signal, while the bug is present, else "
          "with "
          "0.\n",
          file->to);
    if (file->options->command != NULL) {
        fputs("// The same with allocheck:\n//     ", file->to);
        put_comment(file->to, file->options->command);
        fputc('\n', file->to);
    }
}

static bool uses(const struct calls_file *file, unsigned function) {
    for (size_t i = 0; i < file->count; i++)
        if (file->calls[i]->function == function)
            return true;
    return false;
}

bool calls_use_c23(const struct calls_file *file) {
    return !file->exported->interface && file->options->prefix == NULL &&
           (uses(file, AC_EVENT_FREE_SIZED) || uses(file, AC_EVENT_FREE_ALIGNED_SIZED));
}

static void put_include(const struct calls_file *file, bool wanted, const char *header) {
    if (wanted)
        fprintf(file->to, "#include <%s>\n", header);
}

static void put_includes(const struct calls_file *file) {
    const bool interface = file->exported->interface,
               hangs = file->finding->oracle == AC_ORACLE_LIVENESS,
               grows = file->is_loop && !file->pages.there;
    const bool beyond_c11 = interface || hangs || grows || file->forks || file->has_threads ||
                            calls_use_c23(file) || uses(file, AC_FN_POSIX_MEMALIGN) ||
                            uses(file, AC_FN_REALLOCARRAY);
    const bool maps =
        file->pages.there && (file->pages.kind & (AC_SOURCE_MMAP | AC_SOURCE_BOTH)) != 0;
    fputs(beyond_c11 ? "\n#define _GNU_SOURCE\n" : "\n", file->to);
    if (interface)
        fputs("#include \"allocheck/allocator.h\"\n", file->to);
    put_include(file, interface || calls_use_c23(file), "dlfcn.h");
    put_include(file, file->finding->oracle == AC_ORACLE_ERRNO, "errno.h");
    put_include(file, grows, "fcntl.h");
    put_include(file,
                !interface && (uses(file, AC_FN_MEMALIGN) || uses(file, AC_EVENT_USABLE_SIZE)),
                "malloc.h");
    put_include(file, file->has_threads, "pthread.h");
    fputs("#include <stdint.h>\n#include <stdio.h>\n#include <stdlib.h>\n", file->to);
    put_include(file, file->fills || file->pages.there || calls_use_c23(file), "string.h");
    put_include(file, maps, "sys/mman.h");
    put_include(file, file->forks, "sys/wait.h");
    put_include(file, hangs || grows || file->forks, "unistd.h");
    fputc('\n', file->to);
}

static void put_prefixed(const struct calls_file *file) {
    static const struct {
        unsigned function;
        const char *type, *name, *parameters;
    } names[] = {
        {AC_FN_MALLOC, "void *", "malloc", "size_t"},
        {AC_FN_CALLOC, "void *", "calloc", "size_t, size_t"},
        {AC_FN_REALLOC, "void *", "realloc", "void *, size_t"},
        {AC_FN_REALLOCARRAY, "void *", "reallocarray", "void *, size_t, size_t"},
        {AC_FN_ALIGNED_ALLOC, "void *", "aligned_alloc", "size_t, size_t"},
        {AC_FN_POSIX_MEMALIGN, "int ", "posix_memalign", "void **, size_t, size_t"},
        {AC_FN_MEMALIGN, "void *", "memalign", "size_t, size_t"},
        {AC_EVENT_FREE, "void ", "free", "void *"},
        {AC_EVENT_FREE_SIZED, "void ", "free_sized", "void *, size_t"},
        {AC_EVENT_FREE_ALIGNED_SIZED, "void ", "free_aligned_sized", "void *, size_t, size_t"},
        {AC_EVENT_USABLE_SIZE, "size_t ", "malloc_usable_size", "void *"},
    };
    bool any = false;
    for (size_t i = 0; file->options->prefix != NULL && i < sizeof names / sizeof *names; i++) {
        if (!uses(file, names[i].function) && names[i].function != AC_EVENT_FREE)
            continue;
        fprintf(file->to, "%s%s%s(%s);\n", names[i].type, file->options->prefix, names[i].name,
                names[i].parameters);
        any = true;
    }
    fputs(any ? "\n" : "", file->to);
}

void calls_put_top(const struct calls_file *file) {
    put_banner(file);
    put_includes(file);
    put_prefixed(file);
}
