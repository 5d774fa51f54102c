// SPDX-License-Identifier: MIT
// Deviates from the standards in two ways, unless FIXED: refusals leave errno as it was, and
// aligned_alloc rounds invalid alignments up.
#include "arena.h"

#include <stdint.h>
#include <string.h>

static void *refuse(int error, int before) {
    errno = FIXED ? error : before;
    return NULL;
}

void *malloc(size_t size) {
    const int before = errno;
    void *block = size <= PTRDIFF_MAX ? arena_allocate(size) : NULL;
    return block != NULL ? block : refuse(ENOMEM, before);
}

void *calloc(size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size)
        return refuse(ENOMEM, errno);
    void *block = malloc(count * size);
    return block != NULL ? memset(block, 0, count * size) : NULL;
}

/* Blocks of a class of 4096 bytes or more are not more aligned than others: it serves little. */
void *aligned_alloc(size_t alignment, size_t size) {
    if (FIXED && (alignment == 0 || (alignment & (alignment - 1)) != 0))
        return refuse(EINVAL, errno);
    return alignment <= HEADER ? malloc(size) : refuse(ENOMEM, errno);
}

void free(void *block) {
    arena_free(block);
}
