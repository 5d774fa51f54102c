// SPDX-License-Identifier: MIT
// Finds the region of an address. A region has an entry for each tile that it touches, a mapping
// only for the tile of its start. Readers take no lock. During a change they may miss a region,
// and look again with the lock held; they never find a wrong one.
#include "heap.h"

static size_t hash(uintptr_t tile) {
    return (size_t)((tile * 0x9E3779B97F4A7C15U) >> 32);
}

static uintptr_t tile_of(const struct slate_heap *heap, const void *address) {
    return (uintptr_t)address >> heap->tile_shift;
}

static struct directory *current(const struct slate_heap *heap) {
    return atomic_load_explicit(&heap->directory, memory_order_acquire);
}

static struct entry *entry_at(const struct directory *directory, size_t i) {
    return &directory->entry[i & directory->mask];
}

static struct region *region_at(const struct directory *directory, size_t i) {
    return atomic_load_explicit(&entry_at(directory, i)->region, memory_order_acquire);
}

static void set_entry(struct entry *entry, uintptr_t tile, struct region *region) {
    entry->tile = tile;
    atomic_store_explicit(&entry->region, region, memory_order_release);
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

size_t directory_size(size_t entries) {
    return sizeof(struct directory) + entries * sizeof(struct entry);
}

size_t directory_bytes(const struct slate_heap *heap, size_t tiles) {
    const struct directory *directory = current(heap);
    size_t entries = entries_for(directory, tiles);
    return entries == directory->mask + 1 ? 0 : directory_size(entries) + BLOCK_ALIGN;
}

struct directory *directory_make(void *memory, size_t entries) {
    struct directory *directory = memory;
    directory->mask = entries - 1;
    directory->filled = 0;
    directory->entry = (struct entry *)(void *)(directory + 1);
    for (size_t i = 0; i < entries; i++)
        atomic_init(&directory->entry[i].region, NULL);
    return directory;
}

static void enter(struct directory *directory, uintptr_t tile, struct region *region) {
    size_t i = hash(tile);
    while (region_at(directory, i) != NULL)
        i++;
    directory->filled++;
    set_entry(entry_at(directory, i), tile, region);
}

static void enter_all(const struct slate_heap *heap, struct directory *directory,
                      struct region *region) {
    uintptr_t tile = tile_of(heap, region->base);
    for (size_t i = 0; i < region->tiles; i++)
        enter(directory, tile + i, region);
}

/* Regions that are listed but not entered yet have no tiles. */
static struct directory *outgrow(struct slate_heap *heap, size_t entries) {
    struct directory *directory = directory_make(meta_take(heap, directory_size(entries)), entries);
    struct region *region = atomic_load_explicit(&heap->regions, memory_order_relaxed);
    for (; region != NULL; region = region->next)
        enter_all(heap, directory, region);
    return directory;
}

void directory_add(struct slate_heap *heap, struct region *region, size_t tiles) {
    struct directory *directory = current(heap);
    size_t entries = entries_for(directory, tiles);
    if (entries != directory->mask + 1)
        directory = outgrow(heap, entries);
    region->tiles = tiles;
    enter_all(heap, directory, region);
    atomic_store_explicit(&heap->directory, directory, memory_order_release);
}

/* Closes the hole by moving up entries that a search could not reach across it. */
static void remove_at(struct directory *directory, size_t hole) {
    for (size_t i = hole + 1; region_at(directory, i) != NULL; i++) {
        const struct entry *entry = entry_at(directory, i);
        size_t distance = (i - hash(entry->tile)) & directory->mask;
        if (distance >= ((i - hole) & directory->mask)) {
            set_entry(entry_at(directory, hole), entry->tile, region_at(directory, i));
            hole = i;
        }
    }
    set_entry(entry_at(directory, hole), 0, NULL);
    directory->filled--;
}

void directory_remove(struct slate_heap *heap, struct region *region) {
    struct directory *directory = current(heap);
    uintptr_t tile = tile_of(heap, region->base);
    for (; region->tiles > 0; region->tiles--, tile++) {
        size_t i = hash(tile);
        while (region_at(directory, i) != region || entry_at(directory, i)->tile != tile)
            i++;
        remove_at(directory, i);
    }
}

/* The description may be reused at this moment: base belongs to bytes if those are the same before
 * and after it is read. */
static bool surely_holds(const struct region *region, const void *address) {
    size_t bytes = region_bytes(region);
    uintptr_t base = (uintptr_t)atomic_load_explicit(&region->base, memory_order_acquire);
    return (uintptr_t)address - base < bytes && region_bytes(region) == bytes;
}

struct region *directory_find(const struct slate_heap *heap, const void *address) {
    const struct directory *directory = current(heap);
    size_t i = hash(tile_of(heap, address));
    struct region *region = region_at(directory, i);
    while (region != NULL && !surely_holds(region, address))
        region = region_at(directory, ++i);
    return region;
}
