// SPDX-License-Identifier: MIT
// A small allocator whose lists lose blocks where two threads free at the same time, and one that
// loses none, for tests of no-growth in race runs.
#ifndef ALLOCHECK_TEST_LOSSY_H
#define ALLOCHECK_TEST_LOSSY_H

#include "allocheck/allocator.h"

/* Pages of the page source. A free takes the list away, adds to it and puts it back: what comes
 * meanwhile is lost. */
extern const struct ac_allocator lossy_races;
/* The same, with pages of its own. */
extern const struct ac_allocator lossy_resident;
/* A thread that ends keeps a block for good. */
extern const struct ac_allocator lossy_exits;
/* All right: under a lock. */
extern const struct ac_allocator lossy_never;

#endif
