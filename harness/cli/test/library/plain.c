// SPDX-License-Identifier: MIT
// A library that offers malloc, realloc and free only.
#include "arena.h"

#include <string.h>

void *malloc(size_t size);
void *realloc(void *block, size_t size);
void free(void *block);

void *malloc(size_t size) {
    return arena_allocate(size);
}

void *realloc(void *block, size_t size) {
    char *moved = arena_allocate(size);
    if (moved != NULL && block != NULL) {
        const size_t room = arena_space(block);
        memcpy(moved, block, room < size ? room : size);
        arena_free(block);
    }
    return moved;
}

void free(void *block) {
    arena_free(block);
}
