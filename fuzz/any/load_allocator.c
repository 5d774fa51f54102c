// SPDX-License-Identifier: MIT
// Allocators by name or path.
#include "load_allocator.h"

#include "adapter/adapters.h"
#include "adapter/library_private.h"

#include <stdlib.h>
#include <string.h>

const struct ac_allocator *load_allocator(const char *name, char *error, size_t capacity) {
    const struct ac_allocator *allocator = ac_allocator_by_name(name);
    if (allocator != NULL)
        return allocator;
    return getenv("ALLOCHECK_PRELOADED") != NULL ? ac_library_preloaded(name, error, capacity)
                                                 : ac_library_load(name, error, capacity);
}
