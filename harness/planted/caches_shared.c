// SPDX-License-Identifier: MIT
// A lock-free list of free blocks. The head is the first block and, in the upper bits, a counter of
// changes, because of the ABA problem: between two reads, another thread may pop two blocks and
// push the first one again.
#include "caches_parts.h"

#include <sched.h>

enum { TAG_SHIFT = 48 }; /* bits of an address */

static struct block *first_of(uint64_t head) {
    return (struct block *)(uintptr_t)(head & ((UINT64_C(1) << TAG_SHIFT) - 1));
}

static uint64_t next_head(const struct caches *heap, uint64_t head, const struct block *first) {
    const bool counts = !has_bug(&heap->front, BUG_POPS_WITHOUT_TAG);
    const uint64_t tag = counts ? (head >> TAG_SHIFT) + 1 : 0;
    return tag << TAG_SHIFT | (uintptr_t)first;
}

void shared_push(struct caches *heap, struct block *block) {
    uint64_t *list = &heap->shared[block->class];
    uint64_t head = __atomic_load_n(list, __ATOMIC_RELAXED);
    do {
        __atomic_store_n(&block->next, first_of(head), __ATOMIC_RELAXED);
    } while (!__atomic_compare_exchange_n(list, &head, next_head(heap, head, block), true,
                                          __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

/* Yields rarely enough for others to pop several blocks meanwhile. */
static void pause_seldom(void) {
    static _Thread_local unsigned calls;
    if (++calls % 4 == 2) {
        sched_yield();
        for (volatile unsigned i = 0; i < 3000; i++) {
        }
    }
}

static struct block *pop(struct caches *heap, uint64_t *list) {
    uint64_t head = __atomic_load_n(list, __ATOMIC_ACQUIRE);
    struct block *first, *second;
    do {
        first = first_of(head);
        if (first == NULL)
            return NULL;
        second = __atomic_load_n(&first->next, __ATOMIC_RELAXED);
        if (has_bug(&heap->front, BUG_POPS_WITHOUT_TAG))
            pause_seldom();
    } while (!__atomic_compare_exchange_n(list, &head, next_head(heap, head, second), true,
                                          __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE));
    return first;
}

/* Returns the first block of a new span and pushes the others. */
static struct block *grow(struct caches *heap, size_t class) {
    const size_t stride = sizeof(struct block) + cache_sizes[class];
    struct span *span = span_new(heap, SPAN_BYTES);
    if (span == NULL)
        return NULL;
    struct block *first = (struct block *)(void *)(span + 1);
    char *at = (char *)first, *end = (char *)span + span->bytes;
    for (; (size_t)(end - at) >= stride; at += stride) {
        struct block *block = (struct block *)(void *)at;
        *block = (struct block){.class = class};
        if (block != first)
            shared_push(heap, block);
    }
    return first;
}

struct block *shared_pop(struct caches *heap, size_t class) {
    struct block *block = pop(heap, &heap->shared[class]);
    return block != NULL ? block : grow(heap, class);
}
