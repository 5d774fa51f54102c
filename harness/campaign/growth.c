// SPDX-License-Identifier: MIT
// Candidates of no-growth without a page source: engines see that memory rises at a steady pace. It
// is growth if it still does after the decay of free memory, which takes seconds to see.
#include "candidate.h"

#include "tool/clock.h"

enum { SHARE = 4 }; /* candidates that are dismissed take at most this fraction of the time */

bool growth_is_resident(const struct campaign *campaign, const struct candidate *candidate) {
    return candidate->finding->oracle == AC_ORACLE_NO_GROWTH && !campaign->options.racing.on &&
           !ac_target_takes_pages(&campaign->options.target_options.target);
}

static void count_unchecked(struct campaign *campaign) {
    campaign->seed_counts.sum.counts.growth_unchecked++;
}

bool growth_has_time(struct campaign *campaign, const struct candidate *candidate) {
    const uint64_t elapsed_ms = clock_ms() - campaign->start_ms;
    if (!growth_is_resident(campaign, candidate) || campaign->dismissing_ms * SHARE <= elapsed_ms)
        return true;
    count_unchecked(campaign);
    return false;
}

void growth_dismiss(struct campaign *campaign, const struct confirmed *confirmed,
                    uint64_t start_ms) {
    if (confirmed->out_of_time || confirmed->report.counts.growth_unchecked > 0)
        count_unchecked(campaign);
    campaign->dismissing_ms += clock_ms() - start_ms;
}
