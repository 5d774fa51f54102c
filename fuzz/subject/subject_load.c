// SPDX-License-Identifier: MIT
#include "subject.h"

#include "adapters.h"
#include "library_private.h"

#include <stdlib.h>
#include <string.h>

const struct ac_allocator *subject_load(const char *name, char *error, size_t capacity) {
    const struct ac_allocator *allocator = ac_allocator_by_name(name);
    if (allocator != NULL) {
        return allocator;
    }
    return getenv("ALLOCHECK_PRELOADED") != NULL ? ac_library_preloaded(name, error, capacity)
                                                 : ac_library_load(name, error, capacity);
}
