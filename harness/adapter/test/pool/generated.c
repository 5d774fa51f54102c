// SPDX-License-Identifier: MIT
#include "generated.h"

enum { FIRST_SEED = 1, MOST_OPS = 32, MOST_LIMIT = 1 << 20 };

bool pool_run_generated(uint64_t programs, bool replay, struct ac_batch *done) {
    const struct ac_child_options child_options = {
        .target = ac_target_of(&ac_allocator), .oracles = AC_ALL_ORACLES, .free_at_end = true};
    const struct ac_batch_options options = {
        .generate = {.sources = ac_allocator.sources,
                     .groups = (uint16_t) ~(1u << AC_GROUP_THREADS),
                     .max_ops = MOST_OPS,
                     .max_limit = MOST_LIMIT},
        .first_seed = FIRST_SEED,
        .count = programs,
        .replay = replay,
    };
    struct ac_child *child = ac_child_new(&child_options);
    bool ran = child != NULL && ac_child_batch(child, &options, done) == AC_CHILD_RAN;
    ac_child_delete(child);
    return ran;
}
