// SPDX-License-Identifier: MIT
//
// Allocating and taking back: the choice between slots and large blocks, the lock, the counters.
#include <string.h>

#include "canary.h"
#include "heap.h"
#include "lock.h"
#include "poison.h"

static void *allocate_locked(struct slate_heap *heap, size_t size, size_t alignment, bool *clean) {
    size_t room = capacity_for(size);
    if (room > SLOT_MAX || alignment > GRAIN)
        return large_allocate(heap, size, alignment, clean);
    unsigned class = alignment <= BLOCK_ALIGN ? class_of(room) : class_aligned(room, alignment);
    return slots_allocate(heap, class, size, clean);
}

static void *allocate(struct slate_heap *heap, size_t size, size_t alignment, bool *clean) {
    if (size > PTRDIFF_MAX)
        return NULL;
    lock_take(heap);
    void *start = allocate_locked(heap, size, alignment, clean);
    if (start != NULL) {
        heap->statistics.live_blocks++;
        heap->statistics.live_bytes += size;
    }
    lock_release(heap);
    return start;
}

void *heap_allocate(struct slate_heap *heap, size_t size, size_t alignment) {
    bool clean = false;
    return allocate(heap, size, alignment, &clean);
}

void *heap_allocate_zeroed(struct slate_heap *heap, size_t size) {
    bool clean = false;
    void *start = allocate(heap, size, BLOCK_ALIGN, &clean);
    if (start != NULL && !clean)
        memset(start, 0, size);
    return start;
}

// Of two frees that race for a block one takes it, the other is told.
static void claim(const struct slate_heap *heap, struct block *block) {
    uint16_t seen = block->seen;
    if (!atomic_compare_exchange_strong_explicit(block->state, &seen, SLOT_TAKEN,
                                                 memory_order_acq_rel, memory_order_relaxed))
        misuse_end(heap, SLATE_DOUBLE_FREE);
}

// Looked at by the one free that has taken the block, since another could take its pages away. What
// is told afterwards finds the block live as before.
static void verify_claimed(const struct slate_heap *heap, const struct block *block) {
    if (canary_intact(heap, block->start, block->size, block->room))
        return;
    state_set(block->state, block->seen);
    misuse_end(heap, SLATE_OVERWRITTEN);
}

void heap_take_back(struct slate_heap *heap, struct block *block) {
    claim(heap, block);
    verify_claimed(heap, block);
    if (block->span->kind == SPAN_SLOTS)
        poison(block->start, block->room);
    lock_take(heap);
    heap->statistics.live_blocks--;
    heap->statistics.live_bytes -= block->size;
    if (block->span->kind == SPAN_SLOTS)
        slots_take_back(heap, block);
    else
        large_take_back(heap, block);
    lock_release(heap);
}
