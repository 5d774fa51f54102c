// SPDX-License-Identifier: MIT
// Boundary tags: memory as a row of chunks, each with its size in front and, while it is free, also
// after (Knuth, TAOCP 1, 2.5). How free chunks are found again is up to the kind.
#ifndef PLANTED_CHUNK_H
#define PLANTED_CHUNK_H

#include "front.h"

struct chunk {
    size_t foot;               /* size of the chunk before; valid only while that one is free */
    size_t head;               /* size of this one, and the flags */
    struct chunk *next, *prev; /* the kind's; valid only while this one is free */
};

enum {
    CHUNK_USED = 1,
    CHUNK_PREV_USED = 2,
    CHUNK_FLAGS = 15,
    CHUNK_HEADER = 16,  /* foot and head */
    CHUNK_OVERHEAD = 8, /* the foot of the next chunk belongs to this one's user */
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

/* What a kind keeps about its chunks, after its struct pb_heap. */
struct chunk_heap {
    struct pb_heap front;
    void (*insert)(struct chunk_heap *heap, struct chunk *chunk);
    void (*remove)(struct chunk_heap *heap, struct chunk *chunk);
    size_t (*need)(struct chunk_heap *heap, size_t size); /* size of a chunk to allocate */
    size_t free_chunks;
};

/* Makes [start, start + size) one free chunk with an end mark after it, and inserts it. Both are
 * multiples of 16. */
struct chunk *chunk_found(struct chunk_heap *heap, char *start, size_t size);

/* The only chunk of a row that starts at `first` and is free, or false. */
bool chunk_alone(struct chunk *first);

/* Cuts a used chunk of `need` bytes at a multiple of `alignment` out of a free one (which has room
 * for need + alignment + CHUNK_LEAST where alignment exceeds PB_ALIGNMENT). */
void *chunk_allocate(struct chunk_heap *heap, struct chunk *chunk, size_t need, size_t alignment);

/* Frees a used chunk, merged with free neighbours; the result is inserted and returned. */
struct chunk *chunk_release(struct chunk_heap *heap, struct chunk *chunk);

/* Resizes in place, into a free neighbour where need be. */
bool chunk_resize(struct pb_heap *heap, void *block, size_t size);

/* Walks a row of chunks; NULL when sound. Adds the free ones to *free_chunks. */
const char *chunk_walk(struct chunk *first, size_t *free_chunks);

size_t chunk_space_of(struct pb_heap *heap, void *block);

#endif
