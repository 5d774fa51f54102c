// SPDX-License-Identifier: MIT
#include "slot_map.h"

#include <stdlib.h>

struct slot_entry {
    uint64_t address; /* 0: empty */
    uint32_t slot;
};

enum { WORD_BITS = 64 };

bool slot_map_init(struct slot_map *map, size_t slots) {
    *map = (struct slot_map){.capacity = 1, .words = slots / WORD_BITS + 1};
    while (map->capacity < 2 * slots)
        map->capacity *= 2;
    map->at = calloc(map->capacity, sizeof *map->at);
    map->used = calloc(map->words, sizeof *map->used);
    if (map->at != NULL && map->used != NULL)
        return true;
    slot_map_destroy(map);
    return false;
}

void slot_map_destroy(struct slot_map *map) {
    free(map->at);
    free(map->used);
    *map = (struct slot_map){.capacity = 0};
}

uint32_t slot_map_lowest_free(struct slot_map *map) {
    while (map->used[map->first_word] == UINT64_MAX)
        map->first_word++;
    unsigned bit = (unsigned)__builtin_ctzll(~map->used[map->first_word]);
    return (uint32_t)(map->first_word * WORD_BITS + bit);
}

void slot_map_take(struct slot_map *map, uint32_t slot) {
    map->used[slot / WORD_BITS] |= UINT64_C(1) << slot % WORD_BITS;
}

void slot_map_release(struct slot_map *map, uint32_t slot) {
    map->used[slot / WORD_BITS] &= ~(UINT64_C(1) << slot % WORD_BITS);
    if (slot / WORD_BITS < map->first_word)
        map->first_word = slot / WORD_BITS;
}

static size_t home_of(const struct slot_map *map, uint64_t address) {
    return (size_t)((address >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (map->capacity - 1);
}

/* The index of an address, or of the entry for it. */
static size_t find(const struct slot_map *map, uint64_t address) {
    size_t index = home_of(map, address);
    while (map->at[index].address != 0 && map->at[index].address != address)
        index = (index + 1) & (map->capacity - 1);
    return index;
}

void slot_map_put(struct slot_map *map, uint64_t address, uint32_t slot) {
    size_t index = find(map, address);
    map->count += map->at[index].address == 0;
    map->at[index] = (struct slot_entry){address, slot};
}

/* Moves later entries up, so that no search ends at the hole. */
static void close_hole(struct slot_map *map, size_t hole) {
    size_t mask = map->capacity - 1;
    for (size_t i = (hole + 1) & mask; map->at[i].address != 0; i = (i + 1) & mask) {
        size_t home = home_of(map, map->at[i].address);
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            map->at[hole] = map->at[i];
            hole = i;
        }
    }
    map->at[hole].address = 0;
}

uint32_t slot_map_remove(struct slot_map *map, uint64_t address) {
    size_t index = find(map, address);
    if (address == 0 || map->at[index].address == 0)
        return SLOT_MAP_NONE;
    uint32_t slot = map->at[index].slot;
    map->count--;
    close_hole(map, index);
    return slot;
}
