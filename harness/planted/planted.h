// SPDX-License-Identifier: MIT
// Planted-bug allocators: small allocators with one planted bug each, and the clean ones they are
// made from.
#ifndef PLANTED_H
#define PLANTED_H

#include "allocheck/allocator.h"
#include "allocheck/oracle.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One row of planted_bugs.def. */
struct ac_planted_bug {
    const char *name;
    const char *base; /* the clean allocator that the bug is planted in */
    const char *bug_class;
    const char *source;      /* the real bug that it re-creates */
    const char *program;     /* text form: the shortest known one that shows it */
    enum ac_oracle expected; /* fires first in this build; AC_ORACLES: cannot be seen in it */
    /* May fire in its place: a write into the last bytes of a live block, which no granule of
     * AddressSanitizer covers, is seen when the block is verified; ThreadSanitizer reports a race
     * before anything comes of it. AC_ORACLES: none. */
    enum ac_oracle instead;
    bool is_race; /* only race runs show it (race.h): under hand-over it survives every program */
    const struct ac_allocator *allocator;
    const struct ac_allocator *clean_build; /* the base, clean */
};

/* All planted-bug allocators, in the order of the table; *count is how many. Nothing is allocated.
 */
const struct ac_planted_bug *ac_planted_bugs(size_t *count);

/* The clean allocators, each once; *count is how many. */
const struct ac_allocator *const *ac_clean_builds(size_t *count);

#ifdef __cplusplus
}
#endif
#endif
