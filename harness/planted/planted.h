// SPDX-License-Identifier: MIT
// Planted-bug allocators: small allocators with exactly one planted bug each, and their clean
// builds.
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
    const char *base; /* the kind of allocator that has the bug */
    const char *bug_class;
    const char *source;      /* the real bug that it reproduces */
    const char *program;     /* the shortest known program that shows it, in text form */
    enum ac_oracle expected; /* finds it in this build; AC_ORACLES: none can */
    /* May find it instead, or AC_ORACLES: AddressSanitizer misses writes to the last partial
     * granule of a block, which are seen when the block is checked; ThreadSanitizer reports a race
     * before it has effects. */
    enum ac_oracle instead;
    bool is_race; /* only race runs (race.h) can find it */
    const struct ac_allocator *allocator;
    const struct ac_allocator *clean_build; /* without the bug */
};

/* All planted-bug allocators in table order; *count: their number. */
const struct ac_planted_bug *ac_planted_bugs(size_t *count);

/* The clean builds; *count: their number. */
const struct ac_allocator *const *ac_clean_builds(size_t *count);

#ifdef __cplusplus
}
#endif
#endif
