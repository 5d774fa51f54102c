// SPDX-License-Identifier: MIT
// The runs of a slab heap: made, found by address, given back.
#ifndef SPECIMEN_SLAB_RUNS_H
#define SPECIMEN_SLAB_RUNS_H

#include "slab.h"

enum { LARGE_HEADER = 64 };

/* The run that an address lies in, or NULL. */
struct run *run_of(const struct slab *heap, const void *address);

/* A run of `bytes` pages, in the table but not cut up; NULL: refused. */
struct run *run_new(struct slab *heap, size_t bytes);

/* Gives a run back; false: refused, it stays in the table. */
bool run_give(struct slab *heap, struct run *run);

/* Puts a run in front of those of its class that have a slot to lend; takes it out. */
void run_offer(struct slab *heap, struct run *run);
void run_withdraw(struct slab *heap, struct run *run);

/* Gives back every run in which nothing is lent; true when one went. */
bool runs_give_empty(struct slab *heap);

/* Gives back everything, for good. */
void runs_end(struct slab *heap);

#endif
