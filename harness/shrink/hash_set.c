// SPDX-License-Identifier: MIT
// A set of hashes, with open addressing.
#include "hash_set.h"

#include "program/memory.h"

enum { FIRST_CAPACITY = 1024 }; /* a power of two, like all later ones */

/* The cell of a hash, or the free cell where it belongs. */
static uint64_t *cell_of(const struct hash_set *set, uint64_t hash) {
    size_t at = (size_t)hash & (set->capacity - 1);
    while (set->hashes[at] != 0 && set->hashes[at] != hash)
        at = (at + 1) & (set->capacity - 1);
    return &set->hashes[at];
}

bool hash_set_has(const struct hash_set *set, uint64_t hash) {
    return set->capacity != 0 && *cell_of(set, hash) == hash;
}

static bool grow(struct hash_set *set) {
    struct hash_set larger = {.capacity = set->capacity ? 2 * set->capacity : FIRST_CAPACITY};
    larger.hashes = ac_memory_new(larger.capacity * sizeof *larger.hashes);
    if (larger.hashes == NULL)
        return false;
    for (size_t i = 0; i < set->capacity; i++) {
        if (set->hashes[i] != 0) {
            *cell_of(&larger, set->hashes[i]) = set->hashes[i];
            larger.count++;
        }
    }
    hash_set_destroy(set);
    *set = larger;
    return true;
}

bool hash_set_add(struct hash_set *set, uint64_t hash) {
    if (set->count >= set->capacity / 2 && !grow(set))
        return false;
    uint64_t *cell = cell_of(set, hash);
    set->count += *cell == 0;
    *cell = hash;
    return true;
}

void hash_set_destroy(struct hash_set *set) {
    ac_memory_delete(set->hashes, set->capacity * sizeof *set->hashes);
    *set = (struct hash_set){NULL, 0, 0};
}
