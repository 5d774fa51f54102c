// SPDX-License-Identifier: MIT
// The allocator in a loaded library: its ac_allocator, or its functions with libc's names.
#include "library_private.h"

#include <stdio.h>
#include <string.h>

/* LLVM's runtimes are libclang_rt.NAME-MACHINE.so. Without the machine, an allocator has the same
 * name everywhere. */
static size_t without_machine(const char **start, size_t length) {
    static const char runtime[] = "clang_rt.";
    const size_t before = sizeof runtime - 1;
    if (length <= before || strncmp(*start, runtime, before) != 0)
        return length;
    *start += before;
    const char *dash = memchr(*start, '-', length - before);
    return dash != NULL && dash != *start ? (size_t)(dash - *start) : length - before;
}

/* The NAME of libNAME.so.VERSION. */
static const char *name_of(const char *path) {
    static char name[AC_TARGET_NAME];
    const char *slash = strrchr(path, '/');
    const char *start = slash != NULL ? slash + 1 : path;
    start += strncmp(start, "lib", 3) == 0 ? 3 : 0;
    const char *end = strstr(start, ".so");
    size_t length = end != NULL && end > start ? (size_t)(end - start) : strlen(start);
    length = without_machine(&start, length);
    snprintf(name, sizeof name, "%.*s", (int)length, start);
    return name;
}

/* What is wrong with an exported struct of the right size, or NULL. */
static const char *fault(const struct ac_allocator *exported) {
    if (exported->name == NULL || exported->name[0] == '\0')
        return "has no name";
    if (exported->malloc == NULL || exported->free == NULL)
        return exported->malloc == NULL ? "has no malloc" : "has no free";
    if (exported->open == NULL && exported->close != NULL)
        return "has close but no open";
    if (exported->open == NULL && exported->sources != 0)
        return "takes a page source but has no open";
    return NULL;
}

static const struct ac_allocator *check_exported(const struct ac_allocator *exported, char *error,
                                                 size_t capacity) {
    static struct ac_allocator allocator;
    if (exported->struct_size != sizeof *exported) {
        snprintf(
            error, capacity,
            "struct_size of its ac_allocator is %zu, not %zu: build it with the headers of this "
            "allocheck, and set struct_size",
            exported->struct_size, sizeof *exported);
        return NULL;
    }
    const char *wrong = fault(exported);
    if (wrong != NULL) {
        snprintf(error, capacity, "its ac_allocator %s", wrong);
        return NULL;
    }
    allocator = *exported;
    allocator.profile = exported->profile != NULL ? exported->profile : &ac_standard_profile;
    return &allocator;
}

const struct ac_allocator *ac_library_allocator(const struct ac_object *object, char *error,
                                                size_t capacity) {
    const char *missing;
    const void *exported = ac_library_symbol(object, "ac_allocator");
    if (exported != NULL)
        return check_exported(exported, error, capacity);
    const struct ac_allocator *allocator =
        ac_library_libc_names(object, name_of(object->path), &missing);
    if (allocator == NULL)
        snprintf(error, capacity, "not an allocator: it defines no %s", missing);
    return allocator;
}
