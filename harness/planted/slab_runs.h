// SPDX-License-Identifier: MIT
// The runs of a slab heap.
#ifndef PLANTED_SLAB_RUNS_H
#define PLANTED_SLAB_RUNS_H

#include "slab.h"

enum { LARGE_HEADER = 64 };

/* The run that contains an address, or NULL. */
struct run *slab_run_of(const struct slab *heap, const void *address);

/* Maps a run of `bytes` and adds it to the table, without slots; NULL: refused. */
struct run *slab_run_new(struct slab *heap, size_t bytes);

/* Unmaps a run. False: refused, it stays in the table. */
bool slab_run_give(struct slab *heap, struct run *run);

/* Add a run to, and remove it from, the runs of its class with a free slot. */
void slab_run_offer(struct slab *heap, struct run *run);
void slab_run_withdraw(struct slab *heap, struct run *run);

/* Unmaps all runs without live slots. True: there was one. */
bool slab_runs_give_empty(struct slab *heap);

/* Unmaps everything. */
void slab_runs_end(struct slab *heap);

#endif
