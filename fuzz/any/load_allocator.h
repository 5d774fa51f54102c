// SPDX-License-Identifier: MIT
// Loads the allocator that an engine tests.
#ifndef FUZZ_LOAD_ALLOCATOR_H
#define FUZZ_LOAD_ALLOCATOR_H

#include "allocheck/allocator.h"

#include <stddef.h>

/* Returns the allocator of that name or path; loads a library into this process. NULL: `error` has
 * the reason in one line. */
const struct ac_allocator *load_allocator(const char *name, char *error, size_t capacity);

#endif
