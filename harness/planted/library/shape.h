// SPDX-License-Identifier: MIT
// The planted-bug allocator or clean build of a shared object, chosen by macros:
//   PLANTED_NAME       "name"
//   PLANTED_OPEN       the function that opens an instance of its base
//   PLANTED_ALLOCATOR  the macro for the struct ac_allocator of its base
//   PLANTED_BUG        enum pb_bug
#ifndef PLANTED_LIBRARY_SHAPE_H
#define PLANTED_LIBRARY_SHAPE_H

#include "planted/boundary.h"
#include "planted/caches.h"
#include "planted/classic.h"
#include "planted/guarded.h"
#include "planted/slab.h"
#include "planted/tlsf.h"

static void *open_planted(const struct ac_open_options *options) {
    return PLANTED_OPEN(options, PLANTED_BUG);
}

/* An initialiser of struct ac_allocator. */
#define PLANTED PLANTED_ALLOCATOR(PLANTED_NAME, open_planted)

#endif
