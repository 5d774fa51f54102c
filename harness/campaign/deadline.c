// SPDX-License-Identifier: MIT
// The time of a campaign: --seconds, and the signals that end it.
#include "campaign.h"

#include "tool/clock.h"
#include "tool/interrupt.h"

/* After the time limit: at most 5 s or 10 %, of which the last part is for files and the summary.
 */
enum { LEAST_EXTRA_MS = 4000, EXTRA_PERCENT = 8, SAVING_MS = 1000 };

void campaign_start_clock(struct campaign *campaign) {
    const struct campaign_options *options = &campaign->options;
    const uint64_t limit_ms = (uint64_t)(options->seconds * 1000 + 0.999);
    const uint64_t share_ms = limit_ms / 100 * EXTRA_PERCENT;
    campaign->start_ms = options->start_ms != 0 ? options->start_ms : clock_ms();
    if (limit_ms == 0)
        return;
    campaign->deadline_ms = campaign->start_ms + limit_ms;
    campaign->end_ms =
        campaign->deadline_ms + (share_ms > LEAST_EXTRA_MS ? share_ms : LEAST_EXTRA_MS);
}

bool campaign_is_over(const struct campaign *campaign) {
    const bool late = campaign->deadline_ms != 0 && clock_ms() >= campaign->deadline_ms;
    return campaign->ended || late || interrupt_pending();
}

uint64_t campaign_left_ms(const struct campaign *campaign) {
    const uint64_t now = clock_ms() + SAVING_MS;
    if (interrupt_pending())
        return 0;
    if (campaign->deadline_ms == 0)
        return UINT64_MAX;
    return campaign->end_ms > now ? campaign->end_ms - now : 0;
}

uint64_t campaign_part_end_ms(const struct campaign *campaign) {
    enum { PARTS = 6, MOST_MS = 10000 };
    const uint64_t part = campaign_left_ms(campaign) / PARTS;
    return clock_ms() + (part < MOST_MS ? part : MOST_MS);
}
