// SPDX-License-Identifier: MIT
// Opens and closes heaps. A heap lies at the front of its first region.
#include <errno.h>
#include <string.h>

#include "heap.h"
#include "poison.h"

#define DEFAULT_REGION ((size_t)1 << 20)

enum { TILE_SHIFT_MIN = 16, FIRST_ENTRIES = 32, FIRST_REGIONS = 12 };

static bool valid(const struct slate_options *options) {
    const struct slate_source *source = options->source;
    if (source == NULL || (source->map == NULL && source->grow == NULL))
        return false;
    return is_power(source->page_size) && source->page_size >= 64 &&
           source->page_size <= (size_t)1 << 30;
}

static size_t first_size(const struct slate_options *options) {
    const struct slate_source *source = options->source;
    if ((source->flags & SLATE_SOURCE_WHOLE) != 0)
        return source->whole;
    size_t size = options->region_size != 0 ? options->region_size : DEFAULT_REGION;
    return size > PTRDIFF_MAX - source->page_size ? 0 : round_up(size, source->page_size);
}

static char *first_range(const struct slate_options *options, size_t size, bool *grown) {
    const struct slate_source *source = options->source;
    if (size == 0 || (options->limit != 0 && size > options->limit))
        return NULL;
    char *start = source->grow != NULL ? source->grow(source->ctx, size) : NULL;
    *grown = start != NULL;
    return *grown || source->map == NULL ? start : source->map(source->ctx, size);
}

static void return_first(const struct slate_source *source, void *start, size_t size, bool grown) {
    if (!grown && source->unmap != NULL)
        source->unmap(source->ctx, start, size);
    else if (grown && source->shrink != NULL)
        source->shrink(source->ctx, start, size);
}

/* splitmix64: each seed gives another canary. */
static uint64_t mix(uint64_t z) {
    z += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

static void set_options(struct slate_heap *heap, const struct slate_options *options, size_t size) {
    memset(heap, 0, sizeof(struct slate_heap));
    heap->source = *options->source;
    heap->limit = options->limit;
    heap->fatal = options->fatal;
    heap->fatal_ctx = options->fatal_ctx;
    heap->parking = options->parking;
    heap->canary = mix(options->seed);
    heap->region_size = size;
    unsigned shift = log2_floor(size);
    heap->tile_shift = shift < TILE_SHIFT_MIN ? TILE_SHIFT_MIN : shift;
    heap->statistics.held_bytes = size;
    heap->statistics.peak_bytes = size;
}

/* A heap of one range describes no others. */
static size_t first_entries(const struct slate_source *source) {
    return (source->flags & SLATE_SOURCE_WHOLE) != 0 ? 2 : FIRST_ENTRIES;
}

static size_t first_meta(const struct slate_source *source) {
    size_t regions = (source->flags & SLATE_SOURCE_WHOLE) != 0 ? 1 : FIRST_REGIONS;
    size_t bytes = directory_size(first_entries(source)) + regions * REGION_META;
    return round_up(bytes, BLOCK_ALIGN);
}

/* Returns the grains for blocks. */
static size_t build(struct slate_heap *heap, char *start, size_t size, bool grown) {
    heap->meta = (char *)heap + round_up(sizeof(struct slate_heap), BLOCK_ALIGN);
    heap->meta_end = heap->meta + first_meta(&heap->source);
    char *front = heap->meta_end;
    size_t entries = first_entries(&heap->source);
    void *table = meta_take(heap, directory_size(entries));
    atomic_init(&heap->directory, directory_make(table, entries));
    struct region *region = region_describe(heap, grown);
    region->start = start;
    region->size = size;
    region->grown = grown;
    size_t grains = region_lay_out(region, front);
    atomic_store_explicit(&region->bytes, grains << GRAIN_SHIFT, memory_order_release);
    heap->primary = region;
    heap->statistics.regions = 1;
    return grains;
}

static struct slate_heap *open_in(const struct slate_options *options, char *start, size_t size,
                                  bool grown) {
    size_t lead = round_up((uintptr_t)start, 64) - (uintptr_t)start;
    if (size < lead + sizeof(struct slate_heap) + first_meta(options->source) + BLOCK_ALIGN)
        return NULL;
    struct slate_heap *heap = (struct slate_heap *)(void *)(start + lead);
    set_options(heap, options, size);
    if (build(heap, start, size, grown) == 0)
        return NULL;
    run_add_region(heap, heap->primary);
    return heap;
}

struct slate_heap *slate_open(const struct slate_options *options) {
    if (!valid(options)) {
        errno = EINVAL;
        return NULL;
    }
    bool grown = false;
    size_t size = first_size(options);
    char *start = first_range(options, size, &grown);
    struct slate_heap *heap = start != NULL ? open_in(options, start, size, grown) : NULL;
    if (heap == NULL) {
        if (start != NULL)
            return_first(options->source, start, size, grown);
        errno = ENOMEM;
    }
    return heap;
}

/* Newest first, so that the break can follow. A region may hold descriptions of itself and of newer
 * regions, never of older ones; the heap's own region is the oldest. */
static void close_regions(struct slate_heap *heap) {
    struct region *next = NULL;
    for (struct region *region = heap->regions; region != heap->primary; region = next) {
        next = region->next;
        size_t bytes = region_bytes(region);
        if (bytes == 0 && !region->unmap_refused)
            continue;
        if (region->mapping)
            unpoison(region->base, bytes);
        else
            region_unpoison(region);
        pages_return(heap, region->start, region->size, region->grown);
    }
}

static void close_meta_ranges(struct slate_heap *heap) {
    for (struct meta_range *range = heap->meta_ranges, *next; range != NULL; range = next) {
        next = range->next;
        pages_return(heap, range, range->size, false);
    }
}

void slate_close(struct slate_heap *heap) {
    if (heap == NULL)
        return;
    close_regions(heap);
    struct slate_source source = heap->source;
    struct region first = *heap->primary;
    close_meta_ranges(heap);
    region_unpoison(&first);
    return_first(&source, first.start, first.size, first.grown);
}
