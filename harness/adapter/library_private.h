// SPDX-License-Identifier: MIT
// Symbols and allocators of a loaded library.
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

/* The address of a symbol that the object itself defines, or NULL. Takes no memory from malloc,
 * which may be the object's. */
void *ac_library_symbol(const struct ac_object *object, const char *name);

/* The object that an address lies in, or NULL. */
const struct link_map *ac_library_owner(const void *address);

/* The allocator in an object: the `ac_allocator` that it exports, or else its functions with libc's
 * names. NULL: none; `error` says why. */
const struct ac_allocator *ac_library_allocator(const struct ac_object *object, char *error,
                                                size_t capacity);

/* The functions with libc's names that an object defines, as an allocator called `name`, which is
 * kept. NULL: it has no malloc or no free; *missing is that name. */
const struct ac_allocator *ac_library_libc_names(const struct ac_object *object, const char *name,
                                                 const char **missing);

/* True if a description came from ac_library_libc_names in this process or one forked from it. */
bool ac_library_has_libc_names(const struct ac_allocator *description);

/* The loader of a preloaded library: finds it in this process. */
ac_library_loader ac_library_preloaded;

#endif
