// SPDX-License-Identifier: MIT
// A small allocator of equal cells, correct and with several faults, for tests of races.
#ifndef ALLOCHECK_TEST_RACY_H
#define ALLOCHECK_TEST_RACY_H

#include "allocheck/allocator.h"

/* Requests of these sizes do something else. */
enum {
    RACY_ACCUSES = 201,  /* calls the fatal handler */
    RACY_CRASHES,        /* SIGSEGV */
    RACY_KEEPS_LOCK,     /* a block, but the lock is never released */
    RACY_SPINS,          /* never returns */
    RACY_WAITS_FOR_SPIN, /* waits until another thread is in RACY_SPINS; then a misaligned block */
    RACY_LINGERS,        /* a block; threads that called it never leave their destructors */
    RACY_LARGEST = 250,
};

/* Correct: a free list under a lock, an atomic counter. */
extern const struct ac_allocator racy_right;
/* Takes from the free list without a lock: two threads get one cell. */
extern const struct ac_allocator racy_takes;
/* The same, with a window of two instructions. */
extern const struct ac_allocator racy_hastes;
/* Marks a cell only after it is free for others. */
extern const struct ac_allocator racy_marks;
/* Forgets what a thread frees after its thread_exit. */
extern const struct ac_allocator racy_forgets;
/* Usable sizes reach into the next cell. */
extern const struct ac_allocator racy_reaches;
/* Correct, but no one holds the lock around a fork. */
extern const struct ac_allocator racy_forks;
/* Its counter of live blocks misses some. */
extern const struct ac_allocator racy_counts;
/* Correct only if its calls are ordered: it has no lock. Requests must be of 1, 2, 3 ... bytes in
 * each round; racy_disorder() counts those that were not. */
extern const struct ac_allocator racy_ordered;
unsigned racy_disorder(void);

/* Maps pages for each block, without a lock. */
extern const struct ac_allocator racy_maps;

/* Threads that left racy_right by its thread_exit, and those that ended after a call of it. */
unsigned racy_exits(void);
unsigned racy_ends(void);

#endif
