// SPDX-License-Identifier: MIT
// Regions: ranges of the source for small blocks, with the descriptions of their grains in
// front.
#include <string.h>

#include "heap.h"
#include "poison.h"

#define CACHE_LINE ((size_t)64)
#define PER_GRAIN  (sizeof(struct span) + STATES_PER_GRAIN * sizeof(slot_state) + sizeof(uint32_t))
#define ROUNDING   (CACHE_LINE + GRAIN)
#define MAX_GRAINS ((size_t)UINT32_MAX / 2) /* in one region */

enum {
    POISON_AHEAD = 1023, /* grains */
    RETIRED = 8,         /* descriptions of returned ranges to keep */
};

_Static_assert(sizeof(struct span) == CACHE_LINE, "one line a grain");

static bool fits(uintptr_t front, size_t grains, uintptr_t end) {
    uintptr_t base = round_up(round_up(front, CACHE_LINE) + grains * PER_GRAIN, GRAIN);
    return base <= end && grains <= (end - base) >> GRAIN_SHIFT;
}

static size_t grains_that_fit(uintptr_t front, uintptr_t end) {
    if (front >= end)
        return 0;
    size_t grains = (end - front) / (GRAIN + PER_GRAIN) + 1;
    if (grains > MAX_GRAINS)
        grains = MAX_GRAINS;
    while (grains > 0 && !fits(front, grains, end))
        grains--;
    return grains;
}

size_t region_lay_out(struct region *region, char *front) {
    uintptr_t end = (uintptr_t)region->start + region->size;
    size_t grains = grains_that_fit((uintptr_t)front, end);
    char *at = front + (round_up((uintptr_t)front, CACHE_LINE) - (uintptr_t)front);
    region->spans = (struct span *)(void *)at;
    at += grains * sizeof(struct span);
    region->states = (slot_state *)(void *)at;
    at += grains * STATES_PER_GRAIN * sizeof(slot_state);
    region->owner = (uint32_t *)(void *)at;
    at += grains * sizeof(uint32_t);
    region->base = at + (round_up((uintptr_t)at, GRAIN) - (uintptr_t)at);
    region->grains = (uint32_t)grains;
    region->poisoned = 0;
    atomic_store_explicit(&region->fresh, 0, memory_order_relaxed);
    region_poison_up_to(region, 1);
    return grains;
}

/* Poisons step by step: a region may be far larger than what is used of it, and poison takes
 * memory. */
void region_poison_up_to(struct region *region, size_t grains) {
    if (grains <= region->poisoned)
        return;
    size_t left = region->grains - region->poisoned;
    size_t more = grains - region->poisoned + POISON_AHEAD;
    more = more < left ? more : left;
    poison(region->base + ((size_t)region->poisoned << GRAIN_SHIFT), more << GRAIN_SHIFT);
    region->poisoned += (uint32_t)more;
}

void region_unpoison(struct region *region) {
    unpoison(region->base, (size_t)region->poisoned << GRAIN_SHIFT);
}

static struct region *new_description(struct slate_heap *heap) {
    struct region *region = meta_take(heap, sizeof(struct region));
    memset(region, 0, sizeof(struct region));
    region->block_span.region = region;
    region->next = atomic_load_explicit(&heap->regions, memory_order_relaxed);
    atomic_store_explicit(&heap->regions, region, memory_order_release);
    return region;
}

/* The list keeps grown regions in order, newest first, so that closing can follow the break. So
 * only returned descriptions before the newest grown region are reused, the last one first. */
static struct region *reuse_grown(struct slate_heap *heap) {
    struct region *last = NULL;
    for (struct region *r = heap->regions; r != NULL; r = r->next) {
        if (r->grown && region_bytes(r) != 0)
            break;
        if (r->grown)
            last = r;
    }
    return last;
}

static struct region *reuse_retired(struct slate_heap *heap) {
    struct region *region = heap->retired;
    if (heap->retired_count < RETIRED)
        return NULL;
    heap->retired = region->later;
    heap->retired_count--;
    return region;
}

void region_retire(struct slate_heap *heap, struct region *region) {
    if (region_bytes(region) != 0)
        region->last_bytes = region_bytes(region);
    atomic_store_explicit(&region->bytes, 0, memory_order_release);
    if (region->grown)
        return;
    region->later = NULL;
    *(heap->retired_count++ == 0 ? &heap->retired : &heap->retired_last->later) = region;
    heap->retired_last = region;
}

struct region *region_describe(struct slate_heap *heap, bool grown) {
    struct region *region = grown ? reuse_grown(heap) : reuse_retired(heap);
    if (region == NULL)
        return new_description(heap);
    directory_remove(heap, region);
    region->last_bytes = 0;
    return region;
}

/* Bytes of descriptions that a region of that size needs. */
static size_t meta_for(const struct slate_heap *heap, size_t size) {
    return REGION_META + directory_bytes(heap, (size >> heap->tile_shift) + 2);
}

static char *ask(struct slate_heap *heap, size_t size, bool *grown) {
    char *start = pages_grow(heap, size);
    *grown = start != NULL;
    return *grown ? start : pages_map(heap, size);
}

/* If the source gives no range for descriptions, the new region holds them and stays until the
 * end. */
static char *embed_meta(struct slate_heap *heap, char *front, size_t meta) {
    front += round_up((uintptr_t)front, BLOCK_ALIGN) - (uintptr_t)front;
    heap->meta = front;
    heap->meta_end = front + meta;
    return front + meta;
}

static bool open_region(struct slate_heap *heap, size_t size) {
    size_t meta = round_up(meta_for(heap, size + GRAIN), GRAIN);
    bool embeds = !meta_reserve(heap, meta_for(heap, size));
    size = pages_round(heap, embeds ? size + meta + BLOCK_ALIGN : size);
    bool grown = false;
    char *start = size == 0 ? NULL : ask(heap, size, &grown);
    if (start == NULL)
        return false;
    char *front = embeds ? embed_meta(heap, start, meta) : start;
    struct region *region = region_describe(heap, grown);
    region->mapping = false;
    region->start = start;
    region->size = size;
    region->grown = grown;
    region->pinned = embeds;
    size_t grains = region_lay_out(region, front);
    region->block_span.grains = 0;
    atomic_store_explicit(&region->bytes, grains << GRAIN_SHIFT, memory_order_release);
    directory_add(heap, region, directory_tiles(heap, region->base, grains << GRAIN_SHIFT));
    run_add_region(heap, region);
    heap->statistics.regions++;
    return true;
}

bool region_add(struct slate_heap *heap, size_t grains) {
    if (grains > MAX_GRAINS)
        return false;
    size_t need = grains * (GRAIN + PER_GRAIN) + ROUNDING;
    return (need < heap->region_size && open_region(heap, heap->region_size)) ||
           open_region(heap, need);
}

bool region_return(struct slate_heap *heap, struct region *region) {
    run_remove_region(heap, region);
    region_unpoison(region);
    bool given = pages_return(heap, region->start, region->size, region->grown);
    if (given) {
        region_retire(heap, region);
        heap->statistics.regions--;
    } else {
        poison(region->base, (size_t)region->poisoned << GRAIN_SHIFT);
        run_add_region(heap, region);
    }
    return given;
}

static bool may_return(const struct slate_heap *heap, const struct region *region) {
    return region != heap->primary && !region->mapping && !region->pinned &&
           region_bytes(region) != 0 && run_is_region(region);
}

bool region_return_unused(struct slate_heap *heap) {
    bool any = false;
    for (struct region *region = heap->regions; region != NULL; region = region->next)
        any |= may_return(heap, region) && region_return(heap, region);
    return any;
}
