// SPDX-License-Identifier: MIT
#include "adapters.h"

#include <string.h>

static const struct ac_allocator *const allocators[] = {
#ifdef ALLOCHECK_HAVE_SLATE
    &ac_slate,
#endif
    &ac_libc,
};

const struct ac_allocator *const *ac_allocators(size_t *count) {
    *count = sizeof allocators / sizeof *allocators;
    return allocators;
}

const struct ac_allocator *ac_allocator_by_name(const char *name) {
    for (size_t i = 0; i < sizeof allocators / sizeof *allocators; i++)
        if (strcmp(allocators[i]->name, name) == 0)
            return allocators[i];
    return strcmp(name, "libc") == 0 ? &ac_libc : NULL;
}
