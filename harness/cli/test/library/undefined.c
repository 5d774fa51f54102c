// SPDX-License-Identifier: MIT
// A library whose realloc needs an undefined symbol. Bound at its first call, it would end
// the process there.
#include "arena.h"

#include <string.h>

void *malloc(size_t size);
void *realloc(void *block, size_t size);
void free(void *block);
void *defined_nowhere(void *to, const void *from, size_t size);

void *malloc(size_t size) {
    return arena_allocate(size);
}

void *realloc(void *block, size_t size) {
    char *moved = arena_allocate(size);
    return moved != NULL && block != NULL ? defined_nowhere(moved, block, size) : moved;
}

void free(void *block) {
    arena_free(block);
}
