// SPDX-License-Identifier: MIT
// How long the rest of a scope takes, from what each class of its programs took so far.
#ifndef ALLOCHECK_CAMPAIGN_WORK_LEFT_H
#define ALLOCHECK_CAMPAIGN_WORK_LEFT_H

#include "counts.h"
#include "engine.h"

struct work_left {
    double done_us, left_us; /* of all workers together */
    bool unseen;             /* left_us holds classes that no program was run of */
};

/* Adds a kind of runs: `planned' programs of 1, 2, 3 ... ops, and what is done of them. A class of
 * which none has run is taken to cost what the longest one seen costs, in proportion to the ops:
 * mostly less than it turns out to take. */
void work_left_add(struct work_left *left, const uint64_t planned[],
                   const struct campaign_class done[], size_t classes);

/* False: nothing is known yet. */
bool work_left_estimate(const struct work_left *left, unsigned jobs,
                        struct engine_estimate *estimate);

#endif
