// SPDX-License-Identifier: MIT
// The public functions on a heap. Only this file sets errno.
#include <errno.h>

#include "heap.h"

static void *or_no_memory(void *start) {
    if (start == NULL)
        errno = ENOMEM;
    return start;
}

void *slate_heap_malloc(struct slate_heap *heap, size_t size) {
    return or_no_memory(heap_allocate(heap, size, BLOCK_ALIGN));
}

void *slate_heap_calloc(struct slate_heap *heap, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return or_no_memory(NULL);
    return or_no_memory(heap_allocate_zeroed(heap, bytes));
}

void *slate_heap_realloc(struct slate_heap *heap, void *block, size_t size) {
    if (block == NULL)
        return slate_heap_malloc(heap, size);
    return or_no_memory(heap_resize(heap, block, size));
}

void *slate_heap_reallocarray(struct slate_heap *heap, void *block, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        bytes = SIZE_MAX;
    return slate_heap_realloc(heap, block, bytes);
}

void slate_heap_free(struct slate_heap *heap, void *block) {
    if (block == NULL)
        return;
    struct block verified = verify(heap, block, SLATE_DOUBLE_FREE);
    heap_free(heap, &verified);
}

void slate_heap_free_sized(struct slate_heap *heap, void *block, size_t size) {
    slate_heap_free_aligned_sized(heap, block, 1, size);
}

void slate_heap_free_aligned_sized(struct slate_heap *heap, void *block, size_t alignment,
                                   size_t size) {
    if (block == NULL)
        return;
    struct block verified = verify(heap, block, SLATE_DOUBLE_FREE);
    if (verified.size != size)
        misuse_fatal(heap, SLATE_WRONG_SIZE);
    if (!is_power(alignment) || ((uintptr_t)block & (alignment - 1)) != 0)
        misuse_fatal(heap, SLATE_WRONG_ALIGNMENT);
    heap_free(heap, &verified);
}

void *slate_heap_aligned_alloc(struct slate_heap *heap, size_t alignment, size_t size) {
    if (!is_power(alignment)) {
        errno = EINVAL;
        return NULL;
    }
    return or_no_memory(heap_allocate(heap, size, alignment));
}

int slate_heap_posix_memalign(struct slate_heap *heap, void **out, size_t alignment, size_t size) {
    if (!is_power(alignment) || alignment % sizeof(void *) != 0)
        return EINVAL;
    void *start = heap_allocate(heap, size, alignment);
    if (start == NULL)
        return ENOMEM;
    *out = start;
    return 0;
}

void *slate_heap_memalign(struct slate_heap *heap, size_t alignment, size_t size) {
    return slate_heap_aligned_alloc(heap, alignment, size);
}

void *slate_heap_valloc(struct slate_heap *heap, size_t size) {
    return slate_heap_aligned_alloc(heap, heap->source.page_size, size);
}

void *slate_heap_pvalloc(struct slate_heap *heap, size_t size) {
    size_t whole = pages_round(heap, size == 0 ? 1 : size);
    if (whole == 0)
        return or_no_memory(NULL);
    return slate_heap_valloc(heap, whole);
}

size_t slate_heap_malloc_usable_size(struct slate_heap *heap, void *block) {
    return block == NULL ? 0 : verify(heap, block, SLATE_USABLE_SIZE_FREED).size;
}
