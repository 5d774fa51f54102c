// SPDX-License-Identifier: MIT
//
// Regions: ranges of the source for small blocks. In front lie the descriptions of the grains.
#include <string.h>

#include "heap.h"
#include "poison.h"

#define CACHE_LINE  ((size_t)64)
#define PER_GRAIN   (sizeof(struct span) + STATES_PER_GRAIN * sizeof(slot_state) + sizeof(uint32_t))
#define ROUNDING    (CACHE_LINE + GRAIN)
#define CLOSE_AHEAD 1023
#define RETIRED     8                        // descriptions of what was given back
#define MOST        ((size_t)UINT32_MAX / 2) // grains of one region

_Static_assert(sizeof(struct span) == CACHE_LINE, "one line a grain");

static bool fits(uintptr_t front, size_t grains, uintptr_t end) {
    uintptr_t base = round_up(round_up(front, CACHE_LINE) + grains * PER_GRAIN, GRAIN);
    return base <= end && grains <= (end - base) >> GRAIN_SHIFT;
}

static size_t grains_that_fit(uintptr_t front, uintptr_t end) {
    if (front >= end)
        return 0;
    size_t grains = (end - front) / (GRAIN + PER_GRAIN) + 1;
    if (grains > MOST)
        grains = MOST;
    while (grains > 0 && !fits(front, grains, end))
        grains--;
    return grains;
}

size_t region_cut(struct region *region, char *front) {
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
    region->closed = 0;
    atomic_store_explicit(&region->fresh, 0, memory_order_relaxed);
    region_close_up_to(region, 1);
    return grains;
}

// A region can be far larger than what is ever used of it, and poison costs memory too.
void region_close_up_to(struct region *region, size_t grains) {
    if (grains <= region->closed)
        return;
    size_t left = region->grains - region->closed;
    size_t more = grains - region->closed + CLOSE_AHEAD;
    more = more < left ? more : left;
    poison(region->base + ((size_t)region->closed << GRAIN_SHIFT), more << GRAIN_SHIFT);
    region->closed += (uint32_t)more;
}

void region_open_all(struct region *region) {
    unpoison(region->base, (size_t)region->closed << GRAIN_SHIFT);
}

static struct region *describe_anew(struct slate_heap *heap) {
    struct region *region = meta_take(heap, sizeof(struct region));
    memset(region, 0, sizeof(struct region));
    region->only.region = region;
    region->next = atomic_load_explicit(&heap->regions, memory_order_relaxed);
    atomic_store_explicit(&heap->regions, region, memory_order_release);
    return region;
}

// The list has what was grown in order, newest first, so that closing can follow the break: only
// descriptions before the newest of these can be used again, the last of them first.
static struct region *describe_grown(struct slate_heap *heap) {
    struct region *last = NULL;
    for (struct region *r = heap->regions; r != NULL; r = r->next) {
        if (r->grown && region_bytes(r) != 0)
            break;
        if (r->grown)
            last = r;
    }
    return last;
}

static struct region *describe_retired(struct slate_heap *heap) {
    struct region *region = heap->retired;
    if (heap->retired_count < RETIRED)
        return NULL;
    heap->retired = region->later;
    heap->retired_count--;
    return region;
}

void region_retire(struct slate_heap *heap, struct region *region) {
    if (region_bytes(region) != 0)
        region->was_bytes = region_bytes(region);
    atomic_store_explicit(&region->bytes, 0, memory_order_release);
    if (region->grown)
        return;
    region->later = NULL;
    *(heap->retired_count++ == 0 ? &heap->retired : &heap->retired_last->later) = region;
    heap->retired_last = region;
}

struct region *region_describe(struct slate_heap *heap, bool grown) {
    struct region *region = grown ? describe_grown(heap) : describe_retired(heap);
    if (region == NULL)
        return describe_anew(heap);
    directory_remove(heap, region);
    region->was_bytes = 0;
    return region;
}

// What adding a region of that size needs of room for descriptions.
static size_t meta_for(const struct slate_heap *heap, size_t size) {
    return REGION_META + directory_bytes(heap, (size >> heap->tile_shift) + 2);
}

static char *ask(struct slate_heap *heap, size_t size, bool *grown) {
    char *start = pages_grow(heap, size);
    *grown = start != NULL;
    return *grown ? start : pages_map(heap, size);
}

// Where no range for descriptions is to be had, the region brings the room for them, and stays.
static char *bring_meta(struct slate_heap *heap, char *front, size_t meta) {
    front += round_up((uintptr_t)front, BLOCK_ALIGN) - (uintptr_t)front;
    heap->meta = front;
    heap->meta_end = front + meta;
    return front + meta;
}

static bool open_region(struct slate_heap *heap, size_t size) {
    size_t meta = round_up(meta_for(heap, size + GRAIN), GRAIN);
    bool brings = !meta_reserve(heap, meta_for(heap, size));
    size = pages_round(heap, brings ? size + meta + BLOCK_ALIGN : size);
    bool grown = false;
    char *start = size == 0 ? NULL : ask(heap, size, &grown);
    if (start == NULL)
        return false;
    char *front = brings ? bring_meta(heap, start, meta) : start;
    struct region *region = region_describe(heap, grown);
    region->mapping = false;
    region->start = start;
    region->size = size;
    region->grown = grown;
    region->pinned = brings;
    size_t grains = region_cut(region, front);
    region->only.grains = 0;
    atomic_store_explicit(&region->bytes, grains << GRAIN_SHIFT, memory_order_release);
    directory_add(heap, region, directory_tiles(heap, region->base, grains << GRAIN_SHIFT));
    run_start(heap, region);
    heap->statistics.regions++;
    return true;
}

bool region_add(struct slate_heap *heap, size_t grains) {
    if (grains > MOST)
        return false;
    size_t need = grains * (GRAIN + PER_GRAIN) + ROUNDING;
    return (need < heap->region_size && open_region(heap, heap->region_size)) ||
           open_region(heap, need);
}

bool region_drop(struct slate_heap *heap, struct region *region) {
    run_forget(heap, region);
    region_open_all(region);
    bool given = pages_give(heap, region->start, region->size, region->grown);
    if (given) {
        region_retire(heap, region);
        heap->statistics.regions--;
    } else {
        poison(region->base, (size_t)region->closed << GRAIN_SHIFT);
        run_start(heap, region);
    }
    return given;
}

static bool may_drop(const struct slate_heap *heap, const struct region *region) {
    return region != heap->primary && !region->mapping && !region->pinned &&
           region_bytes(region) != 0 && run_covers(region);
}

bool region_drop_unused(struct slate_heap *heap) {
    bool any = false;
    slots_flush(heap);
    for (struct region *region = heap->regions; region != NULL; region = region->next)
        any |= may_drop(heap, region) && region_drop(heap, region);
    return any;
}
