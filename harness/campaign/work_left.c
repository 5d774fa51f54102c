// SPDX-License-Identifier: MIT
#include "work_left.h"

void work_left_add(struct work_left *left, const uint64_t planned[],
                   const struct campaign_class done[], size_t classes) {
    double us_per_op = 0; /* of the longest class seen */
    for (size_t i = 0; i < classes; i++) {
        const double ops = (double)i + 1;
        if (done[i].programs > 0)
            us_per_op = (double)done[i].us / (double)done[i].programs / ops;
        const uint64_t rest = planned[i] > done[i].programs ? planned[i] - done[i].programs : 0;
        left->done_us += (double)done[i].us;
        left->left_us += (double)rest * us_per_op * ops;
        left->unseen |= rest > 0 && done[i].programs == 0;
    }
}

bool work_left_estimate(const struct work_left *left, unsigned jobs,
                        struct engine_estimate *estimate) {
    const double all_us = left->done_us + left->left_us;
    *estimate = (struct engine_estimate){.share = all_us > 0 ? left->done_us / all_us : 0,
                                         .seconds_left = left->left_us / jobs / 1e6,
                                         .at_least = left->unseen};
    return left->done_us > 0;
}
