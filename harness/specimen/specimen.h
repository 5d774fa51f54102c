// SPDX-License-Identifier: MIT
// Specimens: small allocators with one planted bug each, and the clean ones they are made from.
#ifndef SPECIMEN_H
#define SPECIMEN_H

#include "allocheck/allocator.h"
#include "allocheck/oracle.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One row of specimens.def. */
struct ac_specimen {
    const char *name;
    const char *base; /* the clean allocator that the bug is planted in */
    const char *bug_class;
    const char *source;      /* the real bug that it re-creates */
    const char *program;     /* text form: the shortest known one that shows it */
    enum ac_oracle expected; /* fires first in this build; AC_ORACLES: cannot be seen in it */
    /* May fire in its place: a write into the last bytes of a lent block, which no granule of
     * AddressSanitizer covers, is seen when the block is verified; ThreadSanitizer reports a race
     * before anything comes of it. AC_ORACLES: none. */
    enum ac_oracle instead;
    bool is_race; /* only race runs show it (race.h): under hand-over it survives every program */
    const struct ac_allocator *allocator;
    const struct ac_allocator *twin; /* the base, clean */
};

/* All specimens, in the order of the table; *count is how many. Nothing is allocated. */
const struct ac_specimen *ac_specimens(size_t *count);

/* The clean allocators, each once; *count is how many. */
const struct ac_allocator *const *ac_twins(size_t *count);

#ifdef __cplusplus
}
#endif
#endif
