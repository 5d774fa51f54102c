// SPDX-License-Identifier: MIT
// Allocation and free: the choice between slots and large blocks, the lock, the counters.
#include <string.h>

#include "canary.h"
#include "heap.h"
#include "lock.h"
#include "poison.h"

bool heap_reclaim(struct slate_heap *heap) {
    spans_flush(heap);
    return region_return_unused(heap);
}

void *heap_retry(struct slate_heap *heap, allocation *once, const struct request *request) {
    return heap_reclaim(heap) ? once(heap, request) : NULL;
}

static inline __attribute__((always_inline)) void *allocate_locked(struct slate_heap *heap,
                                                                   const struct request *request) {
    size_t size = request->size, alignment = request->alignment;
    size_t capacity = padded_size(size);
    if (capacity > SLOT_MAX || alignment > GRAIN)
        return large_allocate(heap, size, alignment, request->clean);
    unsigned class =
        alignment <= BLOCK_ALIGN ? class_of(capacity) : class_aligned(capacity, alignment);
    return slots_allocate(heap, class, size, request->clean);
}

static void *allocate(struct slate_heap *heap, size_t size, size_t alignment, bool *clean) {
    if (size > PTRDIFF_MAX)
        return NULL;
    lock_take(heap);
    void *start = heap_obtain(heap, allocate_locked, &(struct request){size, alignment, clean});
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

/* If two frees race for a block, one claims it; the other is a double free. */
static void claim(const struct slate_heap *heap, struct block *block) {
    uint16_t seen = block->seen;
    if (!atomic_compare_exchange_strong_explicit(block->state, &seen, SLOT_CLAIMED,
                                                 memory_order_acq_rel, memory_order_relaxed))
        misuse_fatal(heap, SLATE_DOUBLE_FREE);
}

/* Only the free that claimed the block may read it: another one could return its pages. On misuse
 * the block is live again. */
static void verify_claimed(const struct slate_heap *heap, const struct block *block) {
    if (canary_intact(heap, block->start, block->size, block->capacity))
        return;
    state_set(block->state, block->seen);
    misuse_fatal(heap, SLATE_OVERWRITTEN);
}

void heap_free(struct slate_heap *heap, struct block *block) {
    claim(heap, block);
    verify_claimed(heap, block);
    if (block->span->kind == SPAN_SLOTS)
        poison(block->start, block->capacity);
    lock_take(heap);
    heap->statistics.live_blocks--;
    heap->statistics.live_bytes -= block->size;
    if (block->span->kind == SPAN_SLOTS)
        slots_free(heap, block);
    else
        large_free(heap, block);
    lock_release(heap);
}
