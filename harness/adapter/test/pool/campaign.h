// SPDX-License-Identifier: MIT
// Generated programs for the pool that is linked.
#ifndef POOL_CAMPAIGN_H
#define POOL_CAMPAIGN_H

#include "allocheck/child.h"

extern const struct ac_allocator ac_allocator;

/* Runs so many programs, through the replay oracles too if `replay`, until a finding. False: no
 * process could be had. */
bool pool_campaign(uint64_t programs, bool replay, struct ac_batch *done);

#endif
