// SPDX-License-Identifier: MIT
#include "pool.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

/* The header in front of a block. Chunks fill the pool without gaps; the last one is empty and
 * always live, so that each other chunk has one after it. */
struct chunk {
    alignas(max_align_t) size_t before; /* size of the chunk in front; 0: none */
    size_t size;                        /* with this header; the lowest bit is LIVE */
};

/* In the block of a free chunk. */
struct links {
    struct chunk *next, *previous;
};

struct pool {
    alignas(max_align_t) struct chunk *free; /* any of the free chunks; NULL: none */
    size_t live;
};

enum {
    LIVE = 1,
    ALIGNMENT = alignof(max_align_t),
    LEAST = sizeof(struct chunk) + (sizeof(struct links) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT,
};

/* --- chunks --- */

static size_t round_up(size_t size, size_t to) {
    return (size + to - 1) & ~(to - 1);
}

static bool is_live(const struct chunk *chunk) {
    return (chunk->size & LIVE) != 0;
}

static size_t size_of(const struct chunk *chunk) {
    return chunk->size & ~(size_t)LIVE;
}

static void *block_of(const struct chunk *chunk) {
    return (void *)(chunk + 1);
}

static struct chunk *chunk_of(const void *block) {
    return (struct chunk *)block - 1;
}

static struct chunk *at(const struct chunk *chunk, size_t offset) {
    return (struct chunk *)((char *)chunk + offset);
}

static struct chunk *after(const struct chunk *chunk) {
    return at(chunk, size_of(chunk));
}

static struct chunk *in_front(const struct chunk *chunk) {
    return (struct chunk *)((char *)chunk - chunk->before);
}

static struct chunk *first_of(const struct pool *pool) {
    return (struct chunk *)(pool + 1);
}

/* The only way to change a size: updates the chunk after it too. */
static void set(struct chunk *chunk, size_t size, bool live) {
    chunk->size = size | live;
    after(chunk)->before = size;
}

/* --- the free list --- */

static struct links *links_of(const struct chunk *chunk) {
    return block_of(chunk);
}

static void put(struct pool *pool, struct chunk *chunk) {
    *links_of(chunk) = (struct links){pool->free, NULL};
    if (pool->free != NULL)
        links_of(pool->free)->previous = chunk;
    pool->free = chunk;
}

static void take(struct pool *pool, struct chunk *chunk) {
    struct links links = *links_of(chunk);
    if (links.next != NULL)
        links_of(links.next)->previous = links.previous;
    if (links.previous != NULL)
        links_of(links.previous)->next = links.next;
    else
        pool->free = links.next;
}

/* Frees a chunk and coalesces it with its free neighbours. */
static void release(struct pool *pool, struct chunk *chunk) {
    if (!is_live(after(chunk))) {
        take(pool, after(chunk));
        set(chunk, size_of(chunk) + size_of(after(chunk)), true);
    }
    if (chunk->before != 0 && !is_live(in_front(chunk))) {
        size_t size = size_of(chunk);
        chunk = in_front(chunk);
        take(pool, chunk);
        set(chunk, size_of(chunk) + size, true);
    }
    set(chunk, size_of(chunk), false);
    put(pool, chunk);
}

/* Shrinks a live chunk to `size` bytes if the rest is large enough for a chunk. */
static void trim(struct pool *pool, struct chunk *chunk, size_t size) {
    size_t rest = size_of(chunk) - size;
    if (rest >= LEAST) {
        set(chunk, size, true);
        set(after(chunk), rest, true);
        release(pool, after(chunk));
    }
}

/* --- allocating --- */

/* The size of the chunk for a request; 0: too large for any pool. */
static size_t chunk_size(size_t size) {
    if (size > PTRDIFF_MAX - LEAST)
        return 0;
    size_t needed = round_up(size + sizeof(struct chunk), ALIGNMENT);
    return needed > LEAST ? needed : LEAST;
}

/* Bytes to leave free at the start of a chunk to align its block: none, or enough for a chunk. */
static size_t lead_for(const struct chunk *chunk, size_t alignment) {
    uintptr_t block = (uintptr_t)block_of(chunk);
    size_t lead = round_up(block, alignment) - block;
    while (lead != 0 && lead < LEAST)
        lead += alignment;
    return lead;
}

static void *allocate(struct pool *pool, struct chunk *chunk, size_t lead, size_t size) {
    size_t whole = size_of(chunk);
    take(pool, chunk);
    set(chunk, whole, true);
    if (lead != 0) {
        set(chunk, lead, true);
        set(after(chunk), whole - lead, true);
        struct chunk *aligned = after(chunk);
        release(pool, chunk);
        chunk = aligned;
    }
    trim(pool, chunk, size);
    pool->live++;
    return block_of(chunk);
}

static void *allocate_first_fit(struct pool *pool, size_t alignment, size_t size) {
    size_t needed = chunk_size(size);
    for (struct chunk *chunk = needed != 0 ? pool->free : NULL; chunk != NULL;
         chunk = links_of(chunk)->next) {
        size_t lead = lead_for(chunk, alignment);
        if (lead < size_of(chunk) && size_of(chunk) - lead >= needed)
            return allocate(pool, chunk, lead, needed);
    }
    return NULL;
}

/* Merges the free chunk after it, if the two are large enough. */
static bool grow(struct pool *pool, struct chunk *chunk, size_t needed) {
    struct chunk *next = after(chunk);
    size_t both = size_of(chunk) + size_of(next);
    if (is_live(next) || both < needed)
        return false;
    take(pool, next);
    set(chunk, both, true);
    return true;
}

static void *move(struct pool *pool, void *block, size_t size) {
    void *moved = pool_malloc(pool, size);
    if (moved != NULL) {
        memcpy(moved, block, pool_usable_size(block));
        pool_free(pool, block);
    }
    return moved;
}

/* --- the functions of pool.h --- */

struct pool *pool_open(void *buffer, size_t size) {
    size_t lead = round_up((uintptr_t)buffer, ALIGNMENT) - (uintptr_t)buffer;
    size_t own = sizeof(struct pool) + sizeof(struct chunk); /* the last chunk is a header only */
    if (size < lead + own + LEAST)
        return NULL;
    struct pool *pool = (struct pool *)((char *)buffer + lead);
    *pool = (struct pool){NULL, 0};
    struct chunk *first = first_of(pool);
    first->before = 0;
    set(first, (size - lead - own) & ~(size_t)(ALIGNMENT - 1), false);
    after(first)->size = LIVE;
    put(pool, first);
    return pool;
}

void *pool_malloc(struct pool *pool, size_t size) {
    return allocate_first_fit(pool, ALIGNMENT, size);
}

void *pool_calloc(struct pool *pool, size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    void *block = pool_malloc(pool, count * size);
    return block != NULL ? memset(block, 0, count * size) : NULL;
}

void *pool_realloc(struct pool *pool, void *block, size_t size) {
    size_t needed = chunk_size(size);
    if (block == NULL || needed == 0)
        return block == NULL ? pool_malloc(pool, size) : NULL;
    struct chunk *chunk = chunk_of(block);
    if (needed > size_of(chunk) && !grow(pool, chunk, needed))
        return move(pool, block, size);
    trim(pool, chunk, needed);
    return block;
}

void pool_free(struct pool *pool, void *block) {
    if (block != NULL) {
        release(pool, chunk_of(block));
        pool->live--;
    }
}

void *pool_aligned_alloc(struct pool *pool, size_t alignment, size_t size) {
    if (alignment == 0 || (alignment & (alignment - 1)) != 0)
        return NULL;
    return allocate_first_fit(pool, alignment > ALIGNMENT ? alignment : ALIGNMENT, size);
}

size_t pool_usable_size(const void *block) {
    return block != NULL ? size_of(chunk_of(block)) - sizeof(struct chunk) : 0;
}

size_t pool_live_blocks(const struct pool *pool) {
    return pool->live;
}

/* --- the walk --- */

static size_t count_listed(const struct pool *pool, size_t most) {
    size_t count = 0;
    for (const struct chunk *chunk = pool->free; chunk != NULL && count <= most;
         chunk = links_of(chunk)->next)
        count++;
    return count;
}

const char *pool_check(const struct pool *pool) {
    size_t live = 0, free = 0;
    const struct chunk *chunk = first_of(pool);
    while (size_of(chunk) != 0) {
        bool joins = !is_live(chunk) && !is_live(after(chunk));
        if (after(chunk)->before != size_of(chunk) || joins)
            return joins ? "two adjacent free chunks" : "the next chunk records another size";
        *(is_live(chunk) ? &live : &free) += 1;
        chunk = after(chunk);
    }
    if (count_listed(pool, free) != free)
        return "the free list does not match the free chunks";
    return live == pool->live ? NULL : "the number of live blocks is wrong";
}
