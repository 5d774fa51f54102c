// SPDX-License-Identifier: MIT
//
// Which region an address lies in. A region is entered once for each tile that it touches, a
// mapping once for the tile that it starts in. Entries are never taken out: a region that was given
// back holds no address, and so a stale pointer into it can still be told from a foreign one.
#include "heap.h"

static size_t hash(uintptr_t tile) {
    return (size_t)((tile * 0x9E3779B97F4A7C15U) >> 32);
}

static uintptr_t tile_of(const struct slate_heap *heap, const void *address) {
    return (uintptr_t)address >> heap->tile_shift;
}

static const struct directory *current(const struct slate_heap *heap) {
    return atomic_load_explicit(&heap->directory, memory_order_acquire);
}

static struct region *entry_at(const struct directory *directory, size_t i) {
    return atomic_load_explicit(&directory->entry[i & directory->mask], memory_order_acquire);
}

size_t directory_tiles(const struct slate_heap *heap, const char *base, size_t bytes) {
    return tile_of(heap, base + bytes - 1) - tile_of(heap, base) + 1;
}

static size_t entries_for(const struct directory *directory, size_t tiles) {
    size_t entries = directory->mask + 1;
    while (entries < 2 * (directory->filled + tiles))
        entries *= 2;
    return entries;
}

static size_t bytes_of(size_t entries) {
    return sizeof(struct directory) + entries * sizeof(struct region *);
}

size_t directory_bytes(const struct slate_heap *heap, size_t tiles) {
    const struct directory *directory = current(heap);
    size_t entries = entries_for(directory, tiles);
    return entries == directory->mask + 1 ? 0 : bytes_of(entries) + BLOCK_ALIGN;
}

struct directory *directory_make(void *room, size_t entries) {
    struct directory *directory = room;
    directory->mask = entries - 1;
    directory->filled = 0;
    directory->entry = (struct region * _Atomic *)(void *)(directory + 1);
    for (size_t i = 0; i < entries; i++)
        atomic_init(&directory->entry[i], NULL);
    return directory;
}

static void enter(struct directory *directory, uintptr_t tile, struct region *region) {
    size_t i = hash(tile);
    while (entry_at(directory, i) != NULL)
        i++;
    directory->filled++;
    atomic_store_explicit(&directory->entry[i & directory->mask], region, memory_order_release);
}

static void enter_all(const struct slate_heap *heap, struct directory *directory,
                      struct region *region) {
    uintptr_t tile = tile_of(heap, region->base);
    for (size_t i = 0; i < region->tiles; i++)
        enter(directory, tile + i, region);
}

// Regions are all in the heap's list already when they are entered.
static struct directory *outgrow(struct slate_heap *heap, size_t entries) {
    struct directory *directory = directory_make(meta_take(heap, bytes_of(entries)), entries);
    struct region *region = atomic_load_explicit(&heap->regions, memory_order_relaxed);
    for (; region != NULL; region = region->next)
        enter_all(heap, directory, region);
    return directory;
}

void directory_add(struct slate_heap *heap, struct region *region, size_t tiles) {
    struct directory *directory = atomic_load_explicit(&heap->directory, memory_order_relaxed);
    size_t entries = entries_for(directory, tiles);
    if (entries != directory->mask + 1)
        directory = outgrow(heap, entries);
    region->tiles = tiles;
    enter_all(heap, directory, region);
    atomic_store_explicit(&heap->directory, directory, memory_order_release);
}

struct region *directory_find(const struct slate_heap *heap, const void *address) {
    const struct directory *directory = current(heap);
    size_t i = hash(tile_of(heap, address));
    struct region *region = entry_at(directory, i);
    while (region != NULL && !region_holds(region, address))
        region = entry_at(directory, ++i);
    return region;
}

struct region *directory_find_past(const struct slate_heap *heap, const void *start) {
    const struct directory *directory = current(heap);
    size_t i = hash(tile_of(heap, start));
    struct region *region = entry_at(directory, i);
    while (region != NULL && !(region->mapping && !region->kept && region_bytes(region) == 0 &&
                               region->base == (const char *)start))
        region = entry_at(directory, ++i);
    return region;
}
