// SPDX-License-Identifier: MIT
// The heap's lock: 0 free, 1 held, 2 held and threads may wait.
#ifndef SLATE_LOCK_H
#define SLATE_LOCK_H

#include "heap.h"

void lock_wait(struct slate_heap *heap);
void lock_wake(struct slate_heap *heap);

static inline void lock_take(struct slate_heap *heap) {
    unsigned free = 0;
    if (!atomic_compare_exchange_strong_explicit(&heap->lock, &free, 1, memory_order_acquire,
                                                 memory_order_relaxed))
        lock_wait(heap);
}

static inline void lock_release(struct slate_heap *heap) {
    if (atomic_exchange_explicit(&heap->lock, 0, memory_order_release) == 2)
        lock_wake(heap);
}

#endif
