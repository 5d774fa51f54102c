// SPDX-License-Identifier: MIT
// Resizing: in place if slot, run or mapping allows it, else by moving.
#include <string.h>

#include "canary.h"
#include "heap.h"
#include "lock.h"
#include "poison.h"

static bool resize_slot(const struct slate_heap *heap, const struct block *block, size_t size) {
    if (padded_size(size) > block->capacity)
        return false;
    poison_live(block->start, size, block->capacity);
    canary_write(heap, block->start, size, block->capacity);
    state_set(block->state, (uint16_t)(SLOT_LIVE | (block->capacity - size)));
    return true;
}

/* The block fits a slot of half the size, or fits a slot at all. */
static bool wastes_space(const struct block *block, size_t size) {
    if (block->span->kind == SPAN_SLOTS)
        return padded_size(size) <= block->capacity / 2;
    return padded_size(size) <= SLOT_MAX;
}

static bool resize_in_place(struct slate_heap *heap, const struct block *block, size_t size) {
    lock_take(heap);
    bool done = block->span->kind == SPAN_SLOTS ? resize_slot(heap, block, size)
                                                : large_resize(heap, block, size);
    if (done)
        heap->statistics.live_bytes += size - block->size;
    lock_release(heap);
    return done;
}

static void *move_pages(struct slate_heap *heap, const struct block *block, size_t size) {
    if (block->span->kind == SPAN_SLOTS || !large_is_mapped(heap, size))
        return NULL;
    lock_take(heap);
    void *start = large_move(heap, block, size);
    if (start != NULL)
        heap->statistics.live_bytes += size - block->size;
    lock_release(heap);
    return start;
}

static void *move_bytes(struct slate_heap *heap, struct block *block, size_t size) {
    void *start = heap_allocate(heap, size, BLOCK_ALIGN);
    if (start == NULL)
        return NULL;
    memcpy(start, block->start, size < block->size ? size : block->size);
    heap_free(heap, block);
    return start;
}

void *heap_resize(struct slate_heap *heap, void *pointer, size_t size) {
    struct block block = verify(heap, pointer, SLATE_REALLOC_FREED);
    verify_intact(heap, &block);
    if (size > PTRDIFF_MAX)
        return NULL;
    bool wasteful = wastes_space(&block, size);
    if (!wasteful && resize_in_place(heap, &block, size))
        return pointer;
    void *start = move_pages(heap, &block, size);
    if (start == NULL)
        start = move_bytes(heap, &block, size);
    if (start == NULL && wasteful && resize_in_place(heap, &block, size))
        return pointer;
    return start;
}
