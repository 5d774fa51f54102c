// SPDX-License-Identifier: MIT
// The allocator that an engine was started for.
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include "allocheck/allocator.h"

#include <stddef.h>

/* The allocator of a name, loaded into this process where it is a library's. NULL: `error` says why
 * in one line. */
const struct ac_allocator *target_load(const char *name, char *error, size_t capacity);

#endif
