// SPDX-License-Identifier: MIT
//
// Large blocks: a run of grains, or from a quarter of a region on a mapping of their own.
#include <string.h>

#include "canary.h"
#include "heap.h"
#include "poison.h"

static void become_large(struct slate_heap *heap, struct span *span, size_t size, size_t room) {
    char *start = span_start(span);
    span->large.size = size;
    poison_live(start, size, room);
    canary_write(heap, start, size, room);
    state_set(&span->large.state, SLOT_LIVE);
    span->kind = SPAN_LARGE;
}

static size_t run_space(const struct span *span) {
    return (size_t)span->grains << GRAIN_SHIFT;
}

static struct span *take_run(struct slate_heap *heap, size_t grains, size_t alignment,
                             bool *clean) {
    struct span *span = run_take(heap, grains, alignment, clean);
    if (span == NULL && slots_flush(heap))
        span = run_take(heap, grains, alignment, clean);
    size_t lead = alignment <= GRAIN ? 0 : alignment >> GRAIN_SHIFT;
    if (span == NULL && region_add(heap, grains + lead))
        span = run_take(heap, grains, alignment, clean);
    return span;
}

struct span *large_take_run(struct slate_heap *heap, size_t grains) {
    bool clean;
    return take_run(heap, grains, GRAIN, &clean);
}

static void *run_allocate(struct slate_heap *heap, size_t size, size_t alignment, bool *clean) {
    struct span *span = take_run(heap, grains_for(capacity_for(size)), alignment, clean);
    if (span == NULL)
        return NULL;
    become_large(heap, span, size, run_space(span));
    return span_start(span);
}

bool large_maps(const struct slate_heap *heap, size_t size) {
    return heap->source.map != NULL && heap->source.unmap != NULL && size >= heap->region_size / 4;
}

// What a range has room for after its block's start, in whole words for the canary.
static size_t space_in(const struct region *region) {
    size_t lead = (size_t)(region->base - (char *)region->start);
    return (region->size - lead) & ~(BLOCK_ALIGN - 1);
}

// Describes a range with its block's start; in the directory from now on.
static struct region *enter(struct slate_heap *heap, char *start, size_t length, char *base) {
    struct region *region = region_describe(heap, false);
    region->start = start;
    region->size = length;
    region->base = base;
    region->mapping = true;
    region->spans = &region->only;
    atomic_store_explicit(&region->bytes, space_in(region), memory_order_release);
    directory_add(heap, region, 1);
    heap->statistics.mappings++;
    return region;
}

// The block's place in a range: aligned, with room for it; NULL where there is none.
static char *place(void *start, size_t length, size_t room, size_t alignment) {
    size_t lead = round_up((uintptr_t)start, alignment) - (uintptr_t)start;
    bool fits = lead <= length && room <= ((length - lead) & ~(BLOCK_ALIGN - 1));
    return fits ? (char *)start + lead : NULL;
}

static bool reserve(struct slate_heap *heap) {
    return meta_reserve(heap, REGION_META + directory_bytes(heap, 1));
}

static void keep(struct region *region) {
    region->kept = true;
    region->was_bytes = region_bytes(region);
    atomic_store_explicit(&region->bytes, 0, memory_order_release);
}

// Gives a range back that is of no use. false: that took the last room for descriptions.
static bool give_or_keep(struct slate_heap *heap, void *start, size_t length) {
    if (pages_give(heap, start, length, false))
        return true;
    struct region *region = region_describe(heap, false);
    region->mapping = true;
    region->start = start;
    region->size = length;
    region->base = NULL;
    keep(region);
    return reserve(heap);
}

// A range with a place for the block. A source whose ranges are less aligned than its pages is
// asked once more, for room to align in.
static char *map_range(struct slate_heap *heap, size_t room, size_t alignment, size_t *length) {
    size_t spare = alignment > heap->source.page_size ? alignment : 0;
    for (int tries = 0; tries < 2; tries++, spare += alignment) {
        *length = pages_round(heap, round_up(room, BLOCK_ALIGN) + spare);
        char *start = *length == 0 ? NULL : pages_map(heap, *length);
        if (start == NULL || place(start, *length, room, alignment) != NULL)
            return start;
        if (!give_or_keep(heap, start, *length))
            return NULL;
    }
    return NULL;
}

static void *map_allocate(struct slate_heap *heap, size_t size, size_t alignment, bool *clean) {
    size_t length;
    char *start = NULL;
    if (reserve(heap))
        start = map_range(heap, capacity_for(size), alignment, &length);
    if (start == NULL)
        return NULL;
    char *base = place(start, length, capacity_for(size), alignment);
    struct region *region = enter(heap, start, length, base);
    become_large(heap, &region->only, size, region_bytes(region));
    *clean = (heap->source.flags & SLATE_SOURCE_ZEROED) != 0;
    return base;
}

void *large_allocate(struct slate_heap *heap, size_t size, size_t alignment, bool *clean) {
    if (size > (size_t)PTRDIFF_MAX - alignment - GRAIN)
        return NULL;
    void *start = large_maps(heap, size) ? map_allocate(heap, size, alignment, clean) : NULL;
    return start != NULL ? start : run_allocate(heap, size, alignment, clean);
}

void large_take_back(struct slate_heap *heap, const struct block *block) {
    struct span *span = block->span;
    struct region *region = block->region;
    if (!region->mapping) {
        span->was = WAS_LARGE;
        span->was_back = 0;
        span->kind = 0;
        run_give(heap, span, span->grains);
        return;
    }
    heap->statistics.mappings--;
    unpoison(region->base, region_bytes(region));
    if (pages_give(heap, region->start, region->size, false))
        region_retire(heap, region);
    else
        keep(region);
}

static bool resize_run(struct slate_heap *heap, struct span *span, size_t size) {
    size_t grains = grains_for(capacity_for(size));
    if (grains < span->grains)
        run_shorten(heap, span, grains);
    return grains <= span->grains || run_extend(heap, span, grains);
}

// The range that the mapping's block would need for another size; 0: none can be.
static size_t length_for(const struct slate_heap *heap, const struct region *region, size_t size) {
    size_t lead = (size_t)(region->base - (char *)region->start);
    if (size > (size_t)PTRDIFF_MAX - lead - GRAIN)
        return 0;
    return pages_round(heap, lead + round_up(capacity_for(size), BLOCK_ALIGN));
}

// Remapping takes pages with their poison, which therefore goes first.
static char *remap(struct slate_heap *heap, struct region *region, size_t size, bool may_move) {
    size_t length = length_for(heap, region, size);
    if (length == 0 || heap->source.remap == NULL)
        return NULL;
    unpoison(region->base, region_bytes(region));
    char *start = pages_remap(heap, region->start, region->size, length, may_move);
    if (start == NULL)
        poison_live(region->base, region->only.large.size, region_bytes(region));
    return start;
}

static bool resize_mapping(struct slate_heap *heap, struct region *region, size_t size) {
    size_t length = length_for(heap, region, size);
    if (length != region->size && remap(heap, region, size, false) != NULL) {
        region->size = length;
        atomic_store_explicit(&region->bytes, space_in(region), memory_order_release);
    }
    return length != 0 && length <= region->size;
}

bool large_resize(struct slate_heap *heap, const struct block *block, size_t size) {
    struct region *region = block->region;
    if (region->mapping ? !resize_mapping(heap, region, size)
                        : !resize_run(heap, block->span, size))
        return false;
    size_t room = region->mapping ? region_bytes(region) : run_space(block->span);
    become_large(heap, block->span, size, room);
    return true;
}

// Moves a mapping by remapping it. The old description stays with the old place.
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
    become_large(heap, &region->only, size, region_bytes(region));
    return region->base;
}
