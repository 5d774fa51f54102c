// SPDX-License-Identifier: MIT
// Free chunks in lists by the power of two below their size.
#ifndef PLANTED_BINS_H
#define PLANTED_BINS_H

#include "chunk.h"

enum { BINS = 64 };

/* What a kind with bins starts with. */
struct binned {
    struct chunk_heap chunks;
    struct chunk *bins[BINS];
};

/* Makes the chunks of a heap go into its bins, which are empty. */
void bins_init(struct binned *heap);

/* The first chunk of at least `size` bytes, bin by bin; NULL: none. */
struct chunk *bins_find(struct binned *heap, size_t size);

#endif
