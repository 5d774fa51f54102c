// SPDX-License-Identifier: MIT
#include "chunk.h"

static void set_used(struct chunk *chunk, size_t size) {
    chunk->head = size | (chunk->head & CHUNK_PREV_USED) | CHUNK_USED;
    chunk_after(chunk)->head |= CHUNK_PREV_USED;
}

static void set_free(struct chunk *chunk, size_t size) {
    chunk->head = size | (chunk->head & CHUNK_PREV_USED);
    chunk_after(chunk)->head &= ~(size_t)CHUNK_PREV_USED;
    chunk_after(chunk)->foot = size;
}

static void insert(struct chunk_heap *heap, struct chunk *chunk) {
    heap->insert(heap, chunk);
    heap->free_chunks++;
}

static void remove_free(struct chunk_heap *heap, struct chunk *chunk) {
    heap->remove(heap, chunk);
    heap->free_chunks--;
}

struct chunk *chunk_create(struct chunk_heap *heap, char *start, size_t size) {
    struct chunk *chunk = chunk_at(start, 0);
    chunk->head = CHUNK_PREV_USED;
    chunk_at(start, size - CHUNK_HEADER)->head = CHUNK_USED;
    set_free(chunk, size - CHUNK_HEADER);
    insert(heap, chunk);
    return chunk;
}

bool chunk_alone(struct chunk *first) {
    return !chunk_used(first) && chunk_size(chunk_after(first)) == 0;
}

/* Splits off what exceeds `keep` bytes of a used chunk, unless it is too small for a chunk. */
static void split_tail(struct chunk_heap *heap, struct chunk *chunk, size_t keep, bool merge) {
    if (keep > chunk_size(chunk) - CHUNK_LEAST)
        return;
    const size_t rest = chunk_size(chunk) - keep;
    struct chunk *tail = chunk_at(chunk, keep);
    tail->head = rest | CHUNK_USED | CHUNK_PREV_USED;
    chunk->head = keep | (chunk->head & CHUNK_FLAGS);
    if (merge) {
        chunk_release(heap, tail);
        return;
    }
    set_free(tail, rest);
    insert(heap, tail);
}

/* The offset of an aligned chunk in a free one: 0, or enough for a chunk before it. */
static size_t gap_before(struct chunk *chunk, size_t alignment) {
    const size_t memory = (uintptr_t)chunk_memory(chunk);
    size_t gap = round_up(memory, alignment) - memory;
    if (gap != 0 && gap < CHUNK_LEAST)
        gap = round_up(memory + CHUNK_LEAST, alignment) - memory;
    return gap < chunk_size(chunk) - CHUNK_LEAST ? gap & ~(size_t)CHUNK_FLAGS : 0;
}

void *chunk_allocate(struct chunk_heap *heap, struct chunk *chunk, size_t need, size_t alignment) {
    remove_free(heap, chunk);
    const size_t gap = gap_before(chunk, alignment);
    if (gap > 0) {
        struct chunk *aligned = chunk_at(chunk, gap);
        aligned->head = chunk_size(chunk) - gap;
        set_free(chunk, gap);
        insert(heap, chunk);
        chunk = aligned;
    }
    set_used(chunk, chunk_size(chunk));
    split_tail(heap, chunk, need, true);
    return chunk_memory(chunk);
}

struct chunk *chunk_release(struct chunk_heap *heap, struct chunk *chunk) {
    size_t size = chunk_size(chunk);
    struct chunk *after = chunk_after(chunk);
    if (has_bug(&heap->front, BUG_READS_FOOT_OF_USED))
        (void)*(volatile size_t *)&chunk->foot;
    if (!chunk_prev_used(chunk)) {
        chunk = chunk_before(chunk);
        remove_free(heap, chunk);
        size += chunk_size(chunk);
    }
    if (!chunk_used(after)) {
        remove_free(heap, after);
        size += chunk_size(after);
    }
    set_free(chunk, size);
    insert(heap, chunk);
    return chunk;
}

/* Merges a used chunk with the free one after it. */
static void absorb_next(struct chunk_heap *heap, struct chunk *chunk) {
    struct chunk *after = chunk_after(chunk);
    remove_free(heap, after);
    set_used(chunk, chunk_size(chunk) + chunk_size(after));
}

static size_t space_to_grow(struct chunk *chunk) {
    struct chunk *after = chunk_after(chunk);
    return chunk_size(chunk) + (chunk_used(after) ? 0 : chunk_size(after));
}

bool chunk_resize(struct pb_heap *front, void *block, size_t size) {
    struct chunk_heap *heap = (struct chunk_heap *)(void *)front;
    struct chunk *chunk = chunk_of(block);
    size_t keep = heap->need(heap, size);
    if (size <= chunk_space(chunk)) {
        keep = smaller(keep, chunk_size(chunk));
        if (has_bug(front, BUG_SPLITS_TOO_LOW) && keep > CHUNK_LEAST)
            keep -= 16;
        split_tail(heap, chunk, keep, !has_bug(front, BUG_SHRINK_FORGETS_MERGE));
        return true;
    }
    if (space_to_grow(chunk) < keep)
        return false;
    absorb_next(heap, chunk);
    split_tail(heap, chunk, keep, true);
    return true;
}

static const char *chunk_fault(struct chunk *chunk, bool before_used) {
    if (chunk_size(chunk) < CHUNK_LEAST)
        return "a chunk is too small";
    if (chunk_prev_used(chunk) != before_used)
        return "a chunk has a wrong flag for the previous one";
    if (!chunk_used(chunk) && !before_used)
        return "two free chunks are adjacent";
    if (!chunk_used(chunk) && chunk_after(chunk)->foot != chunk_size(chunk))
        return "a free chunk has two different sizes";
    return NULL;
}

const char *chunk_walk(struct chunk *first, size_t *free_chunks) {
    bool before_used = true;
    struct chunk *chunk = first;
    while (chunk_size(chunk) != 0) {
        const char *fault = chunk_fault(chunk, before_used);
        if (fault != NULL)
            return fault;
        before_used = chunk_used(chunk);
        *free_chunks += !before_used;
        chunk = chunk_after(chunk);
    }
    return chunk_prev_used(chunk) == before_used ? NULL : "an end mark has a wrong flag";
}

size_t chunk_space_of(struct pb_heap *heap, void *block) {
    (void)heap;
    return chunk_space(chunk_of(block));
}
