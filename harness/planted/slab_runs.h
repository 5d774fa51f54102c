// SPDX-License-Identifier: MIT
// The runs of a slab heap: made, found by address, given back.
#ifndef PLANTED_SLAB_RUNS_H
#define PLANTED_SLAB_RUNS_H

#include "slab.h"

enum { LARGE_HEADER = 64 };

/* The run that an address lies in, or NULL. */
struct run *slab_run_of(const struct slab *heap, const void *address);

/* A run of `bytes` pages, in the table but not cut up; NULL: refused. */
struct run *slab_run_new(struct slab *heap, size_t bytes);

/* Gives a run back; false: refused, it stays in the table. */
bool slab_run_give(struct slab *heap, struct run *run);

/* Puts a run in front of those of its class that have a slot to allocate; takes it out. */
void slab_run_offer(struct slab *heap, struct run *run);
void slab_run_withdraw(struct slab *heap, struct run *run);

/* Gives back every run in which nothing is live; true when one went. */
bool slab_runs_give_empty(struct slab *heap);

/* Gives back everything, for good. */
void slab_runs_end(struct slab *heap);

#endif
