// SPDX-License-Identifier: MIT
// A set of 64-bit hashes.
#ifndef ALLOCHECK_SHRINK_HASH_SET_H
#define ALLOCHECK_SHRINK_HASH_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Starts as {0}. Its memory comes from the operating system. */
struct hash_set {
    uint64_t *hashes; /* 0: free */
    size_t capacity, count;
};

/* Hashes are never 0. */
bool hash_set_has(const struct hash_set *set, uint64_t hash);
/* False: out of memory; the hash is not in the set. */
bool hash_set_add(struct hash_set *set, uint64_t hash);
void hash_set_destroy(struct hash_set *set);

#endif
