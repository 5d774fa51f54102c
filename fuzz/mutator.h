// SPDX-License-Identifier: MIT
// What the mutators of both engines share.
#ifndef FUZZ_MUTATOR_H
#define FUZZ_MUTATOR_H

#include "allocheck/codec.h"
#include "allocheck/mutate.h"

/* Ops of the longest program that mutation makes: short ones run faster and find as much. */
enum { MUTATOR_MOST_OPS = 96 };

/* Every page source, every group that one thread can run: what an allocator does not offer is
 * counted and passed over, and one corpus serves all. */
static inline const struct ac_generate_options *mutator_options(void) {
    static const struct ac_generate_options options = {
        .sources = AC_SOURCE_MMAP | AC_SOURCE_BRK | AC_SOURCE_BOTH | AC_SOURCE_BUFFER,
        .groups = ((1u << AC_GROUPS) - 1) & ~(1u << AC_GROUP_THREADS),
        .max_ops = MUTATOR_MOST_OPS,
    };
    return &options;
}

#endif
