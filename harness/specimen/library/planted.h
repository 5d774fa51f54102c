// SPDX-License-Identifier: MIT
// The one specimen or twin that a shared object is made of. Who compiles it says which:
//   PLANTED_NAME       "name"
//   PLANTED_OPEN       the function that opens an instance of its base
//   PLANTED_ALLOCATOR  the macro for the struct ac_allocator of its base
//   PLANTED_DEFECT     enum sp_defect
#ifndef SPECIMEN_PLANTED_H
#define SPECIMEN_PLANTED_H

#include "boundary.h"
#include "caches.h"
#include "classic.h"
#include "guarded.h"
#include "slab.h"
#include "tlsf.h"

static void *open_planted(const struct ac_open_options *options) {
    return PLANTED_OPEN(options, PLANTED_DEFECT);
}

/* An initialiser. */
#define PLANTED PLANTED_ALLOCATOR(PLANTED_NAME, open_planted)

#endif
