// SPDX-License-Identifier: MIT
// A library that this process was started with (LD_PRELOAD). Its malloc serves the whole process,
// so no code of the harness may call malloc here.
#define _GNU_SOURCE /* RTLD_DEFAULT */
#include "library_private.h"

#include "allocheck/child.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool same_file(const char *left, const char *right) {
    struct stat one, other;
    return stat(left, &one) == 0 && stat(right, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

/* The loader's list of objects begins with the executable. */
static const struct link_map *find(const char *path) {
    const struct link_map *object = _r_debug.r_map;
    while (object != NULL && !(object->l_name[0] != '\0' && same_file(object->l_name, path)))
        object = object->l_next;
    return object;
}

const struct ac_allocator *ac_library_preloaded(const char *path, char *error, size_t capacity) {
    const struct ac_object object = {path, RTLD_DEFAULT, find(path)};
    if (object.map == NULL) {
        snprintf(error, capacity, "the loader did not preload it");
        return NULL;
    }
    return ac_library_allocator(&object, error, capacity);
}

/* Before main: a process that was started as a child must not parse arguments or start an engine.
 */
static void __attribute__((constructor)) enter(void) {
    ac_child_serve_preloaded(ac_library_preloaded);
}
