// SPDX-License-Identifier: MIT
// Boundary tags: a sequence of chunks, each with its size before it and, while it is free, also
// after it (Knuth, TAOCP 1, 2.5). Each kind has its own free lists.
#ifndef PLANTED_CHUNK_H
#define PLANTED_CHUNK_H

#include "front.h"

struct chunk {
    size_t foot;               /* size of the previous chunk; valid only while that one is free */
    size_t head;               /* size of this chunk, and flags */
    struct chunk *next, *prev; /* for free lists; valid only while this chunk is free */
};

enum {
    CHUNK_USED = 1,
    CHUNK_PREV_USED = 2,
    CHUNK_FLAGS = 15,
    CHUNK_HEADER = 16,  /* foot and head */
    CHUNK_OVERHEAD = 8, /* the user of a chunk may use the next chunk's foot */
    CHUNK_LEAST = 32,
};

static inline size_t chunk_size(const struct chunk *chunk) {
    return chunk->head & ~(size_t)CHUNK_FLAGS;
}

static inline bool chunk_used(const struct chunk *chunk) {
    return chunk->head & CHUNK_USED;
}

static inline bool chunk_prev_used(const struct chunk *chunk) {
    return chunk->head & CHUNK_PREV_USED;
}

static inline struct chunk *chunk_at(void *start, size_t offset) {
    return (struct chunk *)(void *)((char *)start + offset);
}

static inline struct chunk *chunk_after(struct chunk *chunk) {
    return chunk_at(chunk, chunk_size(chunk));
}

static inline struct chunk *chunk_before(struct chunk *chunk) {
    return (struct chunk *)(void *)((char *)chunk - chunk->foot);
}

static inline char *chunk_memory(struct chunk *chunk) {
    return (char *)chunk + CHUNK_HEADER;
}

static inline struct chunk *chunk_of(void *memory) {
    return (struct chunk *)(void *)((char *)memory - CHUNK_HEADER);
}

static inline size_t chunk_space(const struct chunk *chunk) {
    return chunk_size(chunk) - CHUNK_OVERHEAD;
}

/* The size of a chunk that holds `size` bytes. */
static inline size_t chunk_for(size_t size) {
    return larger(round_up(size + CHUNK_OVERHEAD, 16), CHUNK_LEAST);
}

/* The heap of a kind with chunks. */
struct chunk_heap {
    struct pb_heap front;
    void (*insert)(struct chunk_heap *heap, struct chunk *chunk);
    void (*remove)(struct chunk_heap *heap, struct chunk *chunk);
    size_t (*need)(struct chunk_heap *heap, size_t size); /* chunk size for a request */
    size_t free_chunks;
};

/* Makes [start, start + size), both multiples of 16, a free chunk with an end mark, and inserts it.
 */
struct chunk *chunk_create(struct chunk_heap *heap, char *start, size_t size);

/* True if `first` is free and the only chunk of its sequence. */
bool chunk_alone(struct chunk *first);

/* Makes a used chunk of `need` bytes at a multiple of `alignment` from a free one, which holds need
 * + alignment + CHUNK_LEAST bytes if alignment exceeds PB_ALIGNMENT. */
void *chunk_allocate(struct chunk_heap *heap, struct chunk *chunk, size_t need, size_t alignment);

/* Frees a used chunk and merges it with free neighbours. Returns the result. */
struct chunk *chunk_release(struct chunk_heap *heap, struct chunk *chunk);

/* Resizes in place, into a free neighbour if necessary. */
bool chunk_resize(struct pb_heap *heap, void *block, size_t size);

/* Checks a sequence of chunks: NULL if sound. Adds the number of free ones to *free_chunks. */
const char *chunk_walk(struct chunk *first, size_t *free_chunks);

size_t chunk_space_of(struct pb_heap *heap, void *block);

#endif
