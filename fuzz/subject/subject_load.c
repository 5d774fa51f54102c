// SPDX-License-Identifier: MIT
#include "subject.h"

#include "adapters.h"
#include "library.h"

#include <string.h>

const struct ac_allocator *subject_load(const char *name, char *error, size_t capacity) {
    const struct ac_allocator *allocator = ac_allocator_by_name(name);
    return allocator != NULL ? allocator : ac_library_load(name, error, capacity);
}
