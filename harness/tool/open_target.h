// SPDX-License-Identifier: MIT
// Opens the allocators that a command line names.
#ifndef ALLOCHECK_TOOL_OPEN_TARGET_H
#define ALLOCHECK_TOOL_OPEN_TARGET_H

#include "allocheck/measure.h"
#include "allocheck/target.h"

#include <argp.h>

/* All of these print a message and exit with STATUS_ERROR, or STATUS_NOT_LOADED, on failure. What
 * they return, and the profiles that they set, last as long as the process. */

/* The allocator of a name of `allocheck list allocators' or of the path of a shared object. */
struct ac_target target_open(const char *name);

/* What was measured of a library that declares no profile. */
struct target_measured {
    struct ac_measurement measured;
    struct ac_profile_copy profile; /* accepts deviations from the standards */
    struct ac_profile_copy strict;  /* does not */
};

/* Measures the profile of a library that declares none, in at most that time (0:
 * AC_MEASURE_SECONDS), and takes that which accepts deviations. NULL: the allocator declares a
 * profile. */
const struct target_measured *target_measure(struct ac_target *target, uint64_t most_ms);

/* Takes the profile from a file in place of the allocator's own. */
void target_read_profile(struct ac_target *target, const char *path);

/* The allocators that a command compares. */
enum { MOST_TARGETS = 64 };

struct targets {
    struct ac_target of[MOST_TARGETS];
    size_t count;
};

/* Adds the allocator of a name, measured if necessary. Two of the same name, or too many, are a
 * usage error. */
void targets_add(struct targets *targets, const struct argp_state *state, const char *name);

#endif
