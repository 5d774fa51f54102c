// SPDX-License-Identifier: MIT
// A library that exports an ac_allocator which must own the break alone: it takes blocks one after
// another from a page source of kind brk, frees none before close, and trusts that each sbrk
// continues where the last one ended. Its profile declines the quirk that breaks that, unless
// DECLINES is 0.
#include "allocheck/allocator.h"
#include "allocheck/profile.h"
#include "allocheck/program.h"

#include <errno.h>

struct heap {
    const struct ac_page_source *source;
    char *next, *end;
};

static void *open_heap(const struct ac_open_options *options) {
    const struct ac_page_source *source = options->source;
    const size_t size = source->page_size;
    char *start = source->sbrk(source->ctx, (ptrdiff_t)size);
    if (start == NULL)
        return NULL;
    char *aligned = start + (-(uintptr_t)start & 63);
    struct heap *heap = (struct heap *)(void *)aligned;
    *heap = (struct heap){source, aligned + 64, start + size};
    return heap;
}

static void close_heap(void *heap) {
    (void)heap; /* the break stays where it is */
}

static void *heap_malloc(void *ctx, size_t size) {
    struct heap *heap = ctx;
    if (size > PTRDIFF_MAX / 2) {
        errno = ENOMEM;
        return NULL;
    }
    const size_t whole = (size + 16) & ~(size_t)15; /* at least a byte: addresses are unique */
    const size_t room = (size_t)(heap->end - heap->next);
    if (whole > room) {
        const size_t page = heap->source->page_size, more = (whole - room + page - 1) / page * page;
        if (heap->source->sbrk(heap->source->ctx, (ptrdiff_t)more) == NULL) {
            errno = ENOMEM;
            return NULL;
        }
        heap->end += more;
    }
    void *block = heap->next;
    heap->next += whole;
    return block;
}

static void heap_free(void *heap, void *block) {
    (void)heap, (void)block;
}

static const struct ac_profile profile = {
    .name = "own-break",
    .zero = {AC_ZERO_FRESH(AC_ZERO_BLOCK)},
    .declined_quirks = DECLINES ? AC_QUIRK_FOREIGN_BRK : 0,
    .held_when_empty = SIZE_MAX,
    .may_grow = true,
    .may_refuse_freed_size = true,
};

extern const struct ac_allocator ac_allocator;
const struct ac_allocator ac_allocator = {
    .struct_size = sizeof ac_allocator,
    .name = "own-break",
    .profile = &profile,
    .sources = AC_SOURCE_BRK,
    .open = open_heap,
    .close = close_heap,
    .malloc = heap_malloc,
    .free = heap_free,
};
