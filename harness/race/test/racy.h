// SPDX-License-Identifier: MIT
// A small allocator of equal cells, right and in several wrong ways, for tests of race runs.
#ifndef ALLOCHECK_TEST_RACY_H
#define ALLOCHECK_TEST_RACY_H

#include "allocheck/allocator.h"

/* Requests of these sizes do something else. */
enum {
    RACY_ACCUSES = 201,  /* the fatal handler is called */
    RACY_CRASHES,        /* SIGSEGV */
    RACY_KEEPS_LOCK,     /* a block, and the lock is never given back */
    RACY_SPINS,          /* never returns */
    RACY_WAITS_FOR_SPIN, /* until another thread is in RACY_SPINS; then a misaligned block */
    RACY_LINGERS,        /* a block; threads that have called never get out of their destructors */
    RACY_LARGEST = 250,
};

/* All right: a free list under a lock, a counter that is atomic. */
extern const struct ac_allocator racy_right;
/* The free list is taken from without a lock: two threads are given one cell. */
extern const struct ac_allocator racy_takes;
/* The same, and the window is of two instructions. */
extern const struct ac_allocator racy_hastes;
/* A cell is marked once it is free for others to have. */
extern const struct ac_allocator racy_marks;
/* What a thread frees that has left it by its thread_exit is forgotten. */
extern const struct ac_allocator racy_forgets;
/* Its usable sizes reach into the next cell. */
extern const struct ac_allocator racy_reaches;
/* Right, but that nobody holds its lock around a fork. */
extern const struct ac_allocator racy_forks;
/* Its counter of live blocks forgets some. */
extern const struct ac_allocator racy_counts;
/* Right only where each call happens before the next one: it has no lock at all. Requests must be
 * of 1, 2, 3 ... bytes in each round; racy_disorder() is how many were not. */
extern const struct ac_allocator racy_ordered;
unsigned racy_disorder(void);

/* Maps pages for each block, without a lock of its own. */
extern const struct ac_allocator racy_maps;

/* Threads that have left racy_right by its thread_exit, and that have ended after a call of it. */
unsigned racy_exits(void);
unsigned racy_ends(void);

#endif
