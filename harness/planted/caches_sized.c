// SPDX-License-Identifier: MIT
// Frees with a size. Only planted bugs use it: in some allocators, each class has a separate list
// for these frees, with space for MOST_SIZED blocks.
#include "caches_parts.h"

enum { MOST_SIZED = 63 };

static struct caches *caches_of(void *heap) {
    return heap;
}

/* Counts a sized free; true if its block is one too many for the list of its class. */
static bool overflows(struct caches *heap, const struct block *block) {
    return block->class != LARGE_CLASS && ++heap->sized[block->class] > MOST_SIZED;
}

/* With the planted bug, a thread whose first call this is has no cache to ask. */
static void ask_cache(struct caches *heap) {
    if (has_bug(&heap->front, BUG_SIZED_BEFORE_START))
        (void)*(volatile uint64_t *)&cache_known(heap)->thread;
}

void caches_free_sized(void *heap_of, void *memory, size_t size) {
    struct caches *heap = caches_of(heap_of);
    (void)size;
    if (memory == NULL)
        return;
    struct block *block = block_of(memory);
    ask_cache(heap);
    /* Blocks of class 0 have no cache. */
    if (has_bug(&heap->front, BUG_SIZED_OVERFLOWS_CACHE) && overflows(heap, block) &&
        block->class != 0)
        central_return(heap, block); /* the cache has it too */
    pb_free(heap, memory);
}

/* With the planted bug, the class is that of size - 1, which nobody allocates from. */
void caches_free_aligned_sized(void *heap_of, void *memory, size_t alignment, size_t size) {
    struct caches *heap = caches_of(heap_of);
    (void)alignment;
    if (memory == NULL)
        return;
    ask_cache(heap);
    if (has_bug(&heap->front, BUG_ALIGNED_SIZED_WRONG_CLASS) && size == 0 &&
        overflows(heap, block_of(memory)))
        block_of(memory)->class = LARGE_CLASS + 1;
    pb_free(heap, memory);
}
