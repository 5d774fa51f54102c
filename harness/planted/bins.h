// SPDX-License-Identifier: MIT
// Free lists of chunks by power of two.
#ifndef PLANTED_BINS_H
#define PLANTED_BINS_H

#include "chunk.h"

enum { BINS = 64 };

/* The first member of the heap of a kind with bins. */
struct binned {
    struct chunk_heap chunks;
    struct chunk *bins[BINS];
};

/* Initialises the bins of a heap. */
void bins_init(struct binned *heap);

/* The first chunk of at least `size` bytes, or NULL. */
struct chunk *bins_find(struct binned *heap, size_t size);

#endif
