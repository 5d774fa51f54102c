// SPDX-License-Identifier: MIT
// Exports malloc only.
#include "arena.h"

void *malloc(size_t size);

void *malloc(size_t size) {
    return arena_allocate(size);
}
