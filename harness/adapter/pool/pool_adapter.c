// SPDX-License-Identifier: MIT
// The pool as allocheck sees it: its functions and its guarantees.
#include "pool.h"

#include "allocheck/allocator.h"
#include "allocheck/profile.h"

#include <stdint.h>

static void *pool_instance(const struct ac_open_options *options) {
    const struct ac_page_source *source = options->source;
    return source != NULL ? pool_open(source->buffer, source->limit) : NULL;
}

static void *call_malloc(void *heap, size_t size) {
    return pool_malloc(heap, size);
}

static void *call_calloc(void *heap, size_t count, size_t size) {
    return pool_calloc(heap, count, size);
}

static void *call_realloc(void *heap, void *block, size_t size) {
    return pool_realloc(heap, block, size);
}

static void call_free(void *heap, void *block) {
    pool_free(heap, block);
}

static void *call_aligned_alloc(void *heap, size_t alignment, size_t size) {
    return pool_aligned_alloc(heap, alignment, size);
}

static size_t call_usable_size(void *heap, void *block) {
    (void)heap;
    return pool_usable_size(block);
}

static const char *call_check(void *heap) {
    return pool_check(heap);
}

static bool call_statistics(void *heap, struct ac_statistics *out) {
    *out = (struct ac_statistics){
        .live_blocks = pool_live_blocks(heap), .live_bytes = SIZE_MAX, .held_bytes = SIZE_MAX};
    return true;
}

/* allocheck checks each of these guarantees. There are none for errno and misuse. */
static const struct ac_profile profile = {
    .name = "pool",
    .zero = {AC_ZERO_FRESH(AC_ZERO_BLOCK), [AC_FN_ALIGNED_ALLOC] = AC_ZERO_BLOCK},
    .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_BLOCK)},
    .invalid_alignment = {[AC_FN_ALIGNED_ALLOC] = AC_ALIGN_EINVAL},
    .min_alignment = _Alignof(max_align_t),
    .held_when_empty = SIZE_MAX, /* the buffer is never released */
    .coalesces = true,
};

const struct ac_allocator ac_allocator = {
    .struct_size = sizeof(struct ac_allocator),
    .name = "pool",
    .profile = &profile,
    .sources = AC_SOURCE_BUFFER,
    .instrumented = AC_INSTRUMENTED,
    .open = pool_instance,
    .malloc = call_malloc,
    .calloc = call_calloc,
    .realloc = call_realloc,
    .free = call_free,
    .aligned_alloc = call_aligned_alloc,
    .usable_size = call_usable_size,
    .check = call_check,
    .statistics = call_statistics,
};
