// SPDX-License-Identifier: MIT
#include "progress.h"

#include "tool/clock.h"

#include <stdio.h>

enum { TEXT = 80 };

typedef unsigned long long number;

double campaign_seconds(const struct campaign *campaign) {
    return (double)(clock_ms() - campaign->start_ms) / 1000;
}

struct campaign_counts campaign_total(const struct campaign *campaign) {
    struct campaign_counts total = campaign->engine_counts;
    counts_add(&total, &campaign->seed_counts);
    total.programs += campaign->seed_counts.replayed;
    return total;
}

const char *plural(uint64_t count) {
    return count == 1 ? "" : "s";
}

/* --- start --- */

static void print_limit(const struct campaign_options *options) {
    if (options->seconds > 0)
        printf("; %g s\n", options->seconds);
    else if (options->programs > 0)
        printf("; %llu program%s\n", (number)options->programs, plural(options->programs));
    else
        printf("%s\n", options->names[0] == NULL ? "; until Ctrl-C" : "");
}

void campaign_print_start(struct campaign *campaign) {
    const struct campaign_options *options = &campaign->options;
    printf("%s on %s, ", campaign->engine->name, options->target_options.target.name);
    if (campaign->engine->seeded)
        printf("random seed %llu, ", (number)options->seed);
    printf("%u job%s, findings in %s", options->jobs, plural(options->jobs), campaign->folder);
    print_limit(options);
    fflush(stdout);
}

/* --- status line --- */

static double rate_of(const struct campaign *campaign, const struct campaign_counts *counts) {
    const double seconds = campaign_seconds(campaign);
    return seconds > 0 ? (double)counts->programs / seconds : 0;
}

/* `  17 behaviours`; empty if they are unknown. */
static const char *behaviours_of(const struct campaign_counts *counts, char text[TEXT]) {
    text[0] = '\0';
    if (counts->behaviours > 0)
        snprintf(text, TEXT, "  %llu behaviours", (number)counts->behaviours);
    return text;
}

/* `  12.5 % of 800, 7 s left`; empty for an engine that has no end. */
static const char *left_of(const struct campaign *campaign, const struct campaign_counts *counts,
                           char text[TEXT]) {
    const double rate = rate_of(campaign, counts);
    text[0] = '\0';
    if (counts->planned > 0 && rate > 0) {
        const uint64_t left =
            counts->programs < counts->planned ? counts->planned - counts->programs : 0;
        snprintf(text, TEXT, "  %.1f %% of %llu, %.0f s left",
                 100 * (double)counts->programs / (double)counts->planned, (number)counts->planned,
                 (double)left / rate);
    }
    return text;
}

void campaign_tick(struct campaign *campaign) {
    char behaviours[TEXT], left[TEXT];
    if (!status_is_due(&campaign->status))
        return;
    const struct campaign_counts total = campaign_total(campaign);
    status_show(&campaign->status, "%5.0f s  %llu %s  %llu ops  %.0f %s/s%s  %zu finding%s%s",
                campaign_seconds(campaign), (number)total.programs, campaign->unit,
                (number)total.sum.counts.ops, rate_of(campaign, &total), campaign->unit,
                behaviours_of(&total, behaviours), campaign->findings.count,
                plural(campaign->findings.count), left_of(campaign, &total, left));
}
