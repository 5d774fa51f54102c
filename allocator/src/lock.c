// SPDX-License-Identifier: MIT
#include "lock.h"

/* The parking callbacks get the lock as a plain word, as futex(2) does. */
static unsigned *word_of(struct slate_heap *heap) {
    return (unsigned *)(void *)&heap->lock;
}

void lock_wait(struct slate_heap *heap) {
    while (atomic_exchange_explicit(&heap->lock, 2, memory_order_acquire) != 0)
        if (heap->parking != NULL)
            heap->parking->wait(word_of(heap), 2);
}

void lock_wake(struct slate_heap *heap) {
    if (heap->parking != NULL)
        heap->parking->wake(word_of(heap));
}

void slate_heap_lock(struct slate_heap *heap) {
    lock_take(heap);
}

void slate_heap_unlock(struct slate_heap *heap) {
    lock_release(heap);
}
