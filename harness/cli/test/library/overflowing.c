// SPDX-License-Identifier: MIT
// calloc with the two classic bugs: a product that wraps is granted, and what malloc refused is
// cleared all the same, which ends in SIGSEGV.
#include "arena.h"

#include <string.h>

void *malloc(size_t size) {
    return arena_allocate(size);
}

void *calloc(size_t count, size_t size) {
    return memset(arena_allocate(count * size), 0, count * size);
}

void free(void *block) {
    arena_free(block);
}
