// SPDX-License-Identifier: MIT
#include "mapping.h"

#include "allocheck/profile.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

enum { HEADER = 16, THIRD = 3 }; /* bytes in front of a block */

struct heap {
    const struct ac_page_source *source;
    unsigned requests;
    bool planted;
    bool loses; /* the old block, if a new one is refused */
    char *last; /* the last allocated block */
};

/* In front of each block. */
struct mapped {
    size_t size; /* of the mapping */
};

static size_t page_up(const struct heap *heap, size_t size) {
    const size_t page = heap->source->page_size;
    return (size + page - 1) & ~(page - 1);
}

static struct mapped *mapped_of(void *block) {
    return (struct mapped *)(void *)((char *)block - HEADER);
}

static void *open_heap(const struct ac_open_options *options, bool planted) {
    const struct ac_page_source *source = options->source;
    struct heap *heap = source->map(source->ctx, source->page_size);
    if (heap != NULL)
        *heap = (struct heap){.source = source, .requests = 1, .planted = planted};
    return heap;
}

static void *open_clean(const struct ac_open_options *options) {
    return open_heap(options, false);
}

static void *open_planted(const struct ac_open_options *options) {
    return open_heap(options, true);
}

static void *open_losing(const struct ac_open_options *options) {
    struct heap *heap = open_clean(options);
    if (heap != NULL)
        heap->loses = true;
    return heap;
}

static void *open_and_lose(const struct ac_open_options *options) {
    void *heap = open_clean(options);
    if (heap == NULL)
        options->source->map(options->source->ctx, options->source->page_size);
    return heap;
}

static void close_heap(void *of) {
    struct heap *heap = of;
    const struct ac_page_source *source = heap->source;
    source->unmap(source->ctx, heap, source->page_size);
}

static void *refuse(struct heap *heap) {
    if (heap->planted && heap->requests == THIRD && heap->last != NULL)
        return heap->last;
    errno = ENOMEM;
    return NULL;
}

static void *allocate(void *of, size_t size) {
    struct heap *heap = of;
    if (size > heap->source->limit) {
        errno = ENOMEM;
        return NULL;
    }
    const size_t whole = page_up(heap, size + HEADER);
    heap->requests++;
    struct mapped *mapped = heap->source->map(heap->source->ctx, whole);
    if (mapped == NULL)
        return refuse(heap);
    mapped->size = whole;
    heap->last = (char *)mapped + HEADER;
    return heap->last;
}

static void take_back(void *of, void *block) {
    struct heap *heap = of;
    if (block != NULL) {
        struct mapped *mapped = mapped_of(block);
        heap->source->unmap(heap->source->ctx, mapped, mapped->size);
    }
}

static bool grow_in_place(struct heap *heap, struct mapped *mapped, size_t whole) {
    heap->requests++;
    bool done = heap->source->resize(heap->source->ctx, mapped, mapped->size, whole);
    mapped->size = done ? whole : mapped->size;
    return done;
}

static void *resize(void *of, void *block, size_t size) {
    struct heap *heap = of;
    if (block == NULL || size > heap->source->limit)
        return allocate(heap, size);
    struct mapped *mapped = mapped_of(block);
    const size_t whole = page_up(heap, size + HEADER);
    if (whole <= mapped->size || grow_in_place(heap, mapped, whole))
        return block;
    void *moved = allocate(heap, size);
    if (moved != NULL)
        memcpy(moved, block, mapped->size - HEADER);
    if (moved != NULL || heap->loses)
        take_back(heap, block);
    return moved;
}

static const struct ac_profile profile = {
    .name = "mapping",
    .zero = {AC_ZERO_FRESH(AC_ZERO_BLOCK)},
    .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_BLOCK)},
    .errno_guaranteed = {[AC_FN_MALLOC] = AC_CAUSE_PTRDIFF | AC_CAUSE_EXHAUSTED,
                         [AC_FN_REALLOC] = AC_CAUSE_PTRDIFF | AC_CAUSE_EXHAUSTED},
    .min_alignment = HEADER,
    .held_when_empty = SIZE_MAX,
    .coalesces = true,
};

#define MAPPING(is, opens)                                                                         \
    {                                                                                              \
        .struct_size = sizeof(struct ac_allocator), .name = is, .profile = &profile,               \
        .sources = AC_SOURCE_MMAP, .open = opens, .close = close_heap, .malloc = allocate,         \
        .realloc = resize, .free = take_back                                                       \
    }

const struct ac_allocator ac_mapping = MAPPING("mapping", open_clean);
const struct ac_allocator ac_mapping_third = MAPPING("mapping-third", open_planted);
const struct ac_allocator ac_mapping_open = MAPPING("mapping-open", open_and_lose);
const struct ac_allocator ac_mapping_grows = MAPPING("mapping-grows", open_losing);
