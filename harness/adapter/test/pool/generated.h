// SPDX-License-Identifier: MIT
// Runs generated programs on the pool that is linked.
#ifndef POOL_GENERATED_H
#define POOL_GENERATED_H

#include "allocheck/child.h"

extern const struct ac_allocator ac_allocator;

/* Runs N programs, or until a finding; `replay`: also under the replay oracles. False: no process
 * could be started. */
bool pool_run_generated(uint64_t programs, bool replay, struct ac_batch *done);

#endif
