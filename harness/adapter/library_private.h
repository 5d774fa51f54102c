// SPDX-License-Identifier: MIT
// What the files that load a library share.
#ifndef ALLOCHECK_LIBRARY_PRIVATE_H
#define ALLOCHECK_LIBRARY_PRIVATE_H

#include "library.h"

struct link_map;

/* A library in this process. */
struct ac_object {
    const char *path;
    void *handle; /* for dlsym */
    const struct link_map *map;
};

/* The address of a name that the object defines itself, or NULL. Takes no memory from malloc, which
 * may be the object's. */
void *ac_library_symbol(const struct ac_object *object, const char *name);

/* The object that an address lies in, or NULL. */
const struct link_map *ac_library_owner(const void *address);

/* The allocator in an object: the `ac_allocator` that it exports, else its names of libc. NULL:
 * none, `error` says why. */
const struct ac_allocator *ac_library_allocator(const struct ac_object *object, char *error,
                                                size_t capacity);

/* The names of libc that an object defines, after one struct called `name`, which is kept. NULL:
 * it has no malloc, or no free; *missing is that name. */
const struct ac_allocator *ac_library_names(const struct ac_object *object, const char *name,
                                            const char **missing);

/* The `load` of a library that is preloaded. */
const struct ac_allocator *ac_library_preloaded(const char *path, char *error, size_t capacity);

#endif
