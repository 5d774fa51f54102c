// SPDX-License-Identifier: MIT
// A small allocator whose list loses blocks if two threads free at the same time, and a correct
// one, for tests of no-growth in races.
#ifndef ALLOCHECK_TEST_LOSSY_H
#define ALLOCHECK_TEST_LOSSY_H

#include "allocheck/allocator.h"

/* Uses the page source. A free takes the list, adds to it and puts it back; blocks freed in
 * between are lost. */
extern const struct ac_allocator lossy_races;
/* The same, but it maps its pages. */
extern const struct ac_allocator lossy_resident;
/* A thread that ends keeps a block forever. */
extern const struct ac_allocator lossy_exits;
/* Correct: uses a lock. */
extern const struct ac_allocator lossy_never;

#endif
