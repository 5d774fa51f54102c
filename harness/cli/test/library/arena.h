// SPDX-License-Identifier: MIT
// A small allocator for libraries under test: lists of free blocks by power of two, carved from one
// arena. Its functions carry no name of libc, so that each library chooses what it exports.
#ifndef ARENA_H
#define ARENA_H

#include <errno.h>
#include <stddef.h>

enum { ARENA_BYTES = 64 << 20, HEADER = 16, CLASSES = 40 };

static _Alignas(HEADER) char arena[ARENA_BYTES];
static size_t arena_used;
static struct arena_free { struct arena_free *next; } * arena_lists[CLASSES];

static inline size_t *arena_class(void *block) {
    return (size_t *)((char *)block - HEADER);
}

static inline size_t arena_space(void *block) {
    return ((size_t)HEADER << *arena_class(block)) - HEADER;
}

static inline void *arena_allocate(size_t size) {
    size_t class = 1;
    while (class < CLASSES && ((size_t)HEADER << class) - HEADER < size)
        class ++;
    size_t whole = (size_t)HEADER << class;
    if (class < CLASSES && arena_lists[class] != NULL) {
        void *block = arena_lists[class];
        arena_lists[class] = arena_lists[class]->next;
        return block;
    }
    if (class == CLASSES || whole > ARENA_BYTES - arena_used) {
        errno = ENOMEM;
        return NULL;
    }
    char *block = arena + arena_used + HEADER;
    arena_used += whole;
    *arena_class(block) = class;
    return block;
}

static inline void arena_free(void *block) {
    struct arena_free *freed = block;
    if (block != NULL) {
        freed->next = arena_lists[*arena_class(block)];
        arena_lists[*arena_class(block)] = freed;
    }
}

#endif
