// SPDX-License-Identifier: MIT
// Exports malloc, and what else it would need stays libc's.
#include "arena.h"

void *malloc(size_t size);

void *malloc(size_t size) {
    return arena_allocate(size);
}
