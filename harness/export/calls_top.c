// SPDX-License-Identifier: MIT
// The top of a short C file: the finding, how to compile and run, includes, declarations.
#include "calls_file.h"

#include <ctype.h>

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

/* --- includes --- */

/* Headers in alphabetical order, each with names that need it: `f(' is a call, not of a member. */
static const struct header {
    const char *name;
    const char *uses[10];
} headers[] = {
    {"dlfcn.h", {"dlopen(", "dlsym("}},
    {"errno.h", {"errno"}},
    {"fcntl.h", {"O_RDONLY"}},
    {"malloc.h", {"memalign(", "malloc_usable_size("}},
    {"pthread.h", {"pthread_create("}},
    {"stddef.h", {"ptrdiff_t"}},
    {"stdint.h", {"uintptr_t", "SIZE_MAX", "PTRDIFF_MAX"}},
    {"stdio.h", {"fprintf("}},
    {"stdlib.h",
     {"malloc(", "calloc(", "realloc(", "reallocarray(", "free(", "aligned_alloc(",
      "posix_memalign(", "exit(", "_Exit(", "NULL"}},
    {"string.h", {"memset(", "memcpy(", "strcmp("}},
    {"sys/mman.h", {"mmap("}},
    {"sys/wait.h", {"waitpid("}},
    {"unistd.h", {"alarm(", "fork(", "sysconf("}},
};
enum { HEADERS = sizeof headers / sizeof *headers, USES = 10 };

/* In code, not as the end of another name, nor as a member. */
static bool has_name(const char *text, const char *name) {
    const size_t length = strlen(name);
    bool quoted = false;
    for (const char *at = text; *at != '\0'; at++) {
        quoted ^= *at == '"';
        if (!quoted && strncmp(at, name, length) == 0 &&
            (at == text || (!isalnum((unsigned char)at[-1]) && strchr("_>.", at[-1]) == NULL)))
            return true;
    }
    return false;
}

static bool is_needed(const struct header *header, const char *text) {
    for (int i = 0; i < USES && header->uses[i] != NULL; i++)
        if (has_name(text, header->uses[i]))
            return true;
    return false;
}

static void put_includes(const struct calls_file *file, const char *text) {
    static const char *const beyond_c11[] = {
        "RTLD_", "O_RDONLY", "alarm(", "fork(", "pthread_t", "posix_memalign(", "reallocarray("};
    bool is_beyond = false;
    for (size_t i = 0; i < sizeof beyond_c11 / sizeof *beyond_c11; i++)
        is_beyond |= has_name(text, beyond_c11[i]);
    fputs(is_beyond ? "\n#define _GNU_SOURCE\n" : "\n", file->to);
    if (file->exported->interface)
        fputs("#include \"allocheck/allocator.h\"\n", file->to);
    for (size_t i = 0; i < HEADERS; i++)
        if (is_needed(&headers[i], text))
            fprintf(file->to, "#include <%s>\n", headers[i].name);
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

void calls_put_top(const struct calls_file *file, const char *text) {
    put_banner(file);
    put_includes(file, text);
    put_prefixed(file);
}
