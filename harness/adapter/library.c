// SPDX-License-Identifier: MIT
// Loads a shared object into this process.
#define _GNU_SOURCE /* RTLD_DEEPBIND, dlinfo */
#include "library_private.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

#if AC_INSTRUMENTED

const struct ac_allocator *ac_library_load(const char *path, char *error, size_t capacity) {
    (void)path;
    snprintf(error, capacity,
             "AddressSanitizer, with which this allocheck is built, loads no other allocator; "
             "use a build without sanitizers");
    return NULL;
}

#else

/* What the loader says, without the path that it begins with. */
static const struct ac_allocator *refuse(const char *path, char *error, size_t capacity) {
    const char *why = dlerror();
    size_t length = strlen(path);
    if (why != NULL && strncmp(why, path, length) == 0 && strncmp(why + length, ": ", 2) == 0) {
        why += length + 2;
    }
    snprintf(error, capacity, "%s", why != NULL ? why : "the loader does not say why");
    return NULL;
}

/* libNAME.so.VERSION is called NAME. */
static const char *name_of(const char *path) {
    static char name[AC_SUBJECT_NAME];
    const char *slash = strrchr(path, '/');
    const char *start = slash != NULL ? slash + 1 : path;
    start += strncmp(start, "lib", 3) == 0 ? 3 : 0;
    const char *end = strstr(start, ".so");
    size_t length = end != NULL && end > start ? (size_t)(end - start) : strlen(start);
    snprintf(name, sizeof name, "%.*s", (int)length, start);
    return name;
}

const struct ac_allocator *ac_library_load(const char *path, char *error, size_t capacity) {
    struct link_map *map = NULL;
    const char *missing;
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
    if (handle == NULL || dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0) {
        return refuse(path, error, capacity);
    }
    const struct ac_allocator *allocator = ac_library_names(handle, map, name_of(path), &missing);
    if (allocator == NULL) {
        snprintf(error, capacity, "no allocator: it exports no %s of its own", missing);
    }
    return allocator;
}

#endif
