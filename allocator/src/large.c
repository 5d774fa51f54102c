// SPDX-License-Identifier: MIT
// Large blocks: runs of grains, or mappings from a quarter of the region size on.
#include <string.h>

#include "canary.h"
#include "heap.h"
#include "poison.h"

static void init_large(struct slate_heap *heap, struct span *span, size_t size, size_t capacity) {
    char *start = span_start(span);
    span->large.size = size;
    poison_live(start, size, capacity);
    canary_write(heap, start, size, capacity);
    state_set(&span->large.state, SLOT_LIVE);
    span->kind = SPAN_LARGE;
}

static size_t run_capacity(const struct span *span) {
    return (size_t)span->grains << GRAIN_SHIFT;
}

static void *run_allocate(struct slate_heap *heap, size_t size, size_t alignment, bool *clean) {
    struct span *span = span_take(heap, grains_for(padded_size(size)), alignment, clean);
    if (span == NULL)
        return NULL;
    init_large(heap, span, size, run_capacity(span));
    return span_start(span);
}

bool large_is_mapped(const struct slate_heap *heap, size_t size) {
    return heap->source.map != NULL && heap->source.unmap != NULL && size >= heap->region_size / 4;
}

/* Bytes from the block's start to the end of its range, in whole words for the canary. */
static size_t mapping_capacity(const struct region *region) {
    size_t lead = (size_t)(region->base - (char *)region->start);
    return (region->size - lead) & ~(BLOCK_ALIGN - 1);
}

/* Describes a range and enters it in the directory. */
static struct region *enter(struct slate_heap *heap, char *start, size_t length, char *base) {
    struct region *region = region_describe(heap, false);
    region->start = start;
    region->size = length;
    region->base = base;
    region->mapping = true;
    region->spans = &region->block_span;
    atomic_store_explicit(&region->bytes, mapping_capacity(region), memory_order_release);
    directory_add(heap, region, 1);
    heap->statistics.mappings++;
    return region;
}

/* The aligned place for a block in a range; NULL: it does not fit. */
static char *place(void *start, size_t length, size_t capacity, size_t alignment) {
    size_t lead = round_up((uintptr_t)start, alignment) - (uintptr_t)start;
    bool fits = lead <= length && capacity <= ((length - lead) & ~(BLOCK_ALIGN - 1));
    return fits ? (char *)start + lead : NULL;
}

static bool reserve(struct slate_heap *heap) {
    return meta_reserve(heap, REGION_META + directory_bytes(heap, 1));
}

static void keep_mapped(struct region *region) {
    region->unmap_refused = true;
    region->last_bytes = region_bytes(region);
    atomic_store_explicit(&region->bytes, 0, memory_order_release);
}

/* Returns a useless range, or keeps it if refused. false: that used up the reserved description. */
static bool return_or_keep(struct slate_heap *heap, void *start, size_t length) {
    if (pages_return(heap, start, length, false))
        return true;
    struct region *region = region_describe(heap, false);
    region->mapping = true;
    region->start = start;
    region->size = length;
    region->base = NULL;
    keep_mapped(region);
    return reserve(heap);
}

/* Maps a range that fits the block. If the source aligns its ranges to less than a page, the second
 * try adds space to align in. */
static char *map_range(struct slate_heap *heap, size_t capacity, size_t alignment, size_t *length) {
    size_t spare = alignment > heap->source.page_size ? alignment : 0;
    for (int tries = 0; tries < 2; tries++, spare += alignment) {
        *length = pages_round(heap, round_up(capacity, BLOCK_ALIGN) + spare);
        char *start = *length == 0 ? NULL : pages_map(heap, *length);
        if (start == NULL || place(start, *length, capacity, alignment) != NULL)
            return start;
        if (!return_or_keep(heap, start, *length))
            return NULL;
    }
    return NULL;
}

static void *map_allocate(struct slate_heap *heap, size_t size, size_t alignment, bool *clean) {
    size_t length;
    char *start = NULL;
    if (reserve(heap))
        start = map_range(heap, padded_size(size), alignment, &length);
    if (start == NULL)
        return NULL;
    char *base = place(start, length, padded_size(size), alignment);
    struct region *region = enter(heap, start, length, base);
    init_large(heap, &region->block_span, size, region_bytes(region));
    *clean = (heap->source.flags & SLATE_SOURCE_ZEROED) != 0;
    return base;
}

void *large_allocate(struct slate_heap *heap, size_t size, size_t alignment, bool *clean) {
    if (size > (size_t)PTRDIFF_MAX - alignment - GRAIN)
        return NULL;
    void *start = large_is_mapped(heap, size) ? map_allocate(heap, size, alignment, clean) : NULL;
    return start != NULL ? start : run_allocate(heap, size, alignment, clean);
}

void large_free(struct slate_heap *heap, const struct block *block) {
    struct span *span = block->span;
    struct region *region = block->region;
    if (!region->mapping) {
        span->last_use = LAST_LARGE;
        span->last_offset = 0;
        span->kind = 0;
        run_free(heap, span, span->grains);
        return;
    }
    heap->statistics.mappings--;
    unpoison(region->base, region_bytes(region));
    if (pages_return(heap, region->start, region->size, false))
        region_retire(heap, region);
    else
        keep_mapped(region);
}

static bool resize_run(struct slate_heap *heap, struct span *span, size_t size) {
    size_t grains = grains_for(padded_size(size));
    if (grains < span->grains)
        run_shorten(heap, span, grains);
    return grains <= span->grains || run_extend(heap, span, grains);
}

/* Length of the mapping for another size of its block; 0: impossible. */
static size_t length_for(const struct slate_heap *heap, const struct region *region, size_t size) {
    size_t lead = (size_t)(region->base - (char *)region->start);
    if (size > (size_t)PTRDIFF_MAX - lead - GRAIN)
        return 0;
    return pages_round(heap, lead + round_up(padded_size(size), BLOCK_ALIGN));
}

/* Remapping would move the poison with the pages, so remove it first. */
static char *remap(struct slate_heap *heap, struct region *region, size_t size, bool may_move) {
    size_t length = length_for(heap, region, size);
    if (length == 0 || heap->source.remap == NULL)
        return NULL;
    unpoison(region->base, region_bytes(region));
    char *start = pages_remap(heap, region->start, region->size, length, may_move);
    if (start == NULL)
        poison_live(region->base, region->block_span.large.size, region_bytes(region));
    return start;
}

static bool resize_mapping(struct slate_heap *heap, struct region *region, size_t size) {
    size_t length = length_for(heap, region, size);
    if (length != region->size && remap(heap, region, size, false) != NULL) {
        region->size = length;
        atomic_store_explicit(&region->bytes, mapping_capacity(region), memory_order_release);
    }
    return length != 0 && length <= region->size;
}

bool large_resize(struct slate_heap *heap, const struct block *block, size_t size) {
    struct region *region = block->region;
    if (region->mapping ? !resize_mapping(heap, region, size)
                        : !resize_run(heap, block->span, size))
        return false;
    size_t capacity = region->mapping ? region_bytes(region) : run_capacity(block->span);
    init_large(heap, block->span, size, capacity);
    return true;
}

/* The old description stays with the old range. */
void *large_move(struct slate_heap *heap, const struct block *block, size_t size) {
    struct region *old = block->region;
    if (!old->mapping || !reserve(heap))
        return NULL;
    char *start = remap(heap, old, size, true);
    if (start == NULL)
        return NULL;
    size_t lead = (size_t)(old->base - (char *)old->start);
    size_t length = length_for(heap, old, size);
    region_retire(heap, old);
    heap->statistics.mappings--;
    struct region *region = enter(heap, start, length, start + lead);
    init_large(heap, &region->block_span, size, region_bytes(region));
    return region->base;
}
