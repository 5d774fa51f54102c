// SPDX-License-Identifier: MIT
// Planted-bug allocators and their clean builds by name, to test the engines on them.
#include "load_allocator.h"

#include "planted/planted.h"

#include <stdio.h>
#include <string.h>

static const struct ac_allocator *clean_build_named(const char *name) {
    size_t count;
    const struct ac_allocator *const *all = ac_clean_builds(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}

static const struct ac_allocator *planted_named(const char *name) {
    size_t count;
    const struct ac_planted_bug *all = ac_planted_bugs(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].name, name) == 0)
            return all[i].allocator;
    return NULL;
}

const struct ac_allocator *load_allocator(const char *name, char *error, size_t capacity) {
    const struct ac_allocator *clean_build = clean_build_named(name);
    const struct ac_allocator *allocator = clean_build != NULL ? clean_build : planted_named(name);
    if (allocator == NULL)
        snprintf(error, capacity, "no planted-bug allocator and no clean build has this name");
    return allocator;
}
