// SPDX-License-Identifier: MIT
//
// Resizing: in place where the block's slot, run or mapping allows it, else moved.
#include <string.h>

#include "canary.h"
#include "heap.h"
#include "lock.h"
#include "poison.h"

// A slot of which less than half would be used is not worth keeping.
static bool resize_slot(const struct slate_heap *heap, const struct block *block, size_t size) {
    if (capacity_for(size) > block->room)
        return false;
    poison_live(block->start, size, block->room);
    canary_write(heap, block->start, size, block->room);
    state_set(block->state, (uint16_t)(SLOT_LIVE | (block->room - size)));
    return true;
}

// Whether the block would be better off in a slot of another class, or in a slot at all.
static bool too_large(const struct block *block, size_t size) {
    if (block->span->kind == SPAN_SLOTS)
        return capacity_for(size) <= block->room / 2;
    return capacity_for(size) <= SLOT_MAX;
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
    if (block->span->kind == SPAN_SLOTS || !large_maps(heap, size))
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
    heap_take_back(heap, block);
    return start;
}

void *heap_resize(struct slate_heap *heap, void *pointer, size_t size) {
    struct block block = verify(heap, pointer, SLATE_REALLOC_FREED);
    verify_intact(heap, &block);
    if (size > PTRDIFF_MAX)
        return NULL;
    bool ample = too_large(&block, size);
    if (!ample && resize_in_place(heap, &block, size))
        return pointer;
    void *start = move_pages(heap, &block, size);
    if (start == NULL)
        start = move_bytes(heap, &block, size);
    if (start == NULL && ample && resize_in_place(heap, &block, size))
        return pointer;
    return start;
}
