// SPDX-License-Identifier: MIT
#include "children.h"

#include "tool/clock.h"
#include "tool/interrupt.h"
#include "tool/tool.h"
#include "tool/usage.h"

/* A process has one campaign, or is one worker. */
static const volatile bool *stops;

void campaign_stop_children(const volatile bool *stop) {
    stops = stop;
}

static bool is_stopped(void) {
    return interrupt_poll() || (stops != NULL && *stops);
}

static struct ac_child_options options_of(const struct campaign *campaign) {
    struct ac_child_options options =
        target_child_options(&campaign->options.target_options, campaign->options.call_time);
    options.stop = is_stopped;
    return options;
}

static struct ac_child *new_child(const struct ac_child_options *options) {
    struct ac_child *child = ac_child_new(options);
    if (child == NULL)
        tool_out_of_memory();
    return child;
}

/* What a search finds is confirmed; only then is it worth to wait for the decay. */
static struct ac_child_options search_options(const struct campaign *campaign) {
    struct ac_child_options options = options_of(campaign);
    options.waits_for_decay = false;
    return options;
}

struct ac_child *campaign_new_child(const struct campaign *campaign, ac_oracle_set oracles) {
    struct ac_child_options options = search_options(campaign);
    options.oracles = oracles;
    return new_child(&options);
}

struct ac_child *campaign_new_quick_child(const struct campaign *campaign) {
    return campaign_new_child(campaign, campaign->options.target_options.oracles &
                                            ~AC_ORACLE_BIT(AC_ORACLE_NO_GROWTH));
}

struct ac_child *campaign_new_watched_child(const struct campaign *campaign) {
    struct ac_child_options options = search_options(campaign);
    options.keep_behaviour = true;
    return new_child(&options);
}

struct ac_child *campaign_new_confirm_child(const struct campaign *campaign) {
    struct ac_child_options options = options_of(campaign);
    options.keep_journal = !campaign->options.racing.on;
    return new_child(&options);
}

void campaign_limit_child(const struct campaign *campaign, struct ac_child *child,
                          enum campaign_until until) {
    const uint64_t now = clock_ms(), deadline = campaign->deadline_ms;
    uint64_t left = campaign_left_ms(campaign);
    if (deadline == 0)
        return;
    if (until == CAMPAIGN_UNTIL_DEADLINE)
        left = deadline > now ? deadline - now : 0;
    ac_child_timeout(child, left + 1);
}

unsigned campaign_slow_ms(const struct campaign *campaign) {
    enum { CALLS = 4, LEAST_MS = 1000, MOST_MS = 3600000 };
    const uint32_t call_ms = option_call_ms(campaign->options.call_time);
    const uint64_t slow = CALLS * (uint64_t)(call_ms != 0 ? call_ms : AC_CALL_SECONDS * 1000);
    if (slow > MOST_MS)
        return MOST_MS;
    return slow > LEAST_MS ? (unsigned)slow : LEAST_MS;
}
