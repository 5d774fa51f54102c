// SPDX-License-Identifier: MIT
// Maps live addresses, or ids, of a foreign trace to slots of a program.
#ifndef EXPORT_SLOT_MAP_H
#define EXPORT_SLOT_MAP_H

#include "allocheck/op.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slot_map {
    struct slot_entry *at;    /* hash table with open addressing */
    size_t capacity, count;   /* capacity: a power of two */
    uint64_t *used;           /* a bit for each slot */
    size_t words, first_word; /* no free slot in the words before */
};

enum { SLOT_MAP_NONE = AC_SLOTS };

/* For N slots. False: out of memory. */
bool slot_map_init(struct slot_map *map, size_t slots);
void slot_map_destroy(struct slot_map *map);

/* The lowest free slot; it stays free. */
uint32_t slot_map_lowest_free(struct slot_map *map);
void slot_map_take(struct slot_map *map, uint32_t slot);
void slot_map_release(struct slot_map *map, uint32_t slot);

/* Maps an address to a slot; replaces an earlier entry. */
void slot_map_put(struct slot_map *map, uint64_t address, uint32_t slot);
/* Removes an address and returns its slot; SLOT_MAP_NONE: unknown. */
uint32_t slot_map_remove(struct slot_map *map, uint64_t address);

#endif
