// SPDX-License-Identifier: MIT
#include "progress.h"

#include "tool/clock.h"

#include <stdio.h>
#include <string.h>

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

static void add_phase(const struct campaign_phase *phase, struct status_line *line) {
    char done[STATUS_NUMBER], of[STATUS_NUMBER];
    if (phase->what != NULL && phase->unit != NULL) {
        status_add(line, STATUS_WARN, "%s: %s of %s %s", phase->what,
                   status_number(phase->done, done), status_number(phase->of, of), phase->unit);
    } else if (phase->what != NULL) {
        status_add(line, STATUS_WARN, "%s", phase->what);
    }
}

/* How far it is by the engine's account, or by the number of programs. */
static bool estimate(const struct campaign *campaign, const struct campaign_counts *counts,
                     struct engine_estimate *estimate) {
    if (campaign->engine->estimate != NULL && campaign->engine->estimate(campaign, estimate))
        return true;
    const uint64_t all = counts->planned > 0 ? counts->planned : campaign->options.programs;
    const double planned = (double)all, done = (double)counts->programs;
    const double rate = rate_of(campaign, counts);
    *estimate = (struct engine_estimate){.share = planned > 0 ? done / planned : 0,
                                         .seconds_left = rate > 0 ? (planned - done) / rate : 0};
    return all > 0 && rate > 0;
}

/* Whichever end comes first: of the programs or of the time given. */
static void add_end(const struct campaign *campaign, const struct campaign_counts *counts,
                    struct status_line *line) {
    struct engine_estimate end;
    const double given = campaign->options.seconds, passed = campaign_seconds(campaign);
    const bool known = estimate(campaign, counts, &end);
    if (given > 0 && (!known || end.seconds_left > given - passed))
        end = (struct engine_estimate){.share = passed / given, .seconds_left = given - passed};
    if (known || given > 0) {
        status_add_bar(line, end.share);
        status_add_left(line, end.seconds_left, end.at_least);
    }
}

/* When the last new behaviour was seen: `new 0:07 ago'; nothing if behaviours are unknown. */
static void add_behaviours(struct campaign *campaign, uint64_t behaviours,
                           struct status_line *line) {
    char text[STATUS_NUMBER];
    const uint64_t now_ms = clock_ms();
    if (behaviours > campaign->behaviours) {
        campaign->behaviours = behaviours;
        campaign->new_ms = now_ms;
    }
    if (behaviours > 0) {
        status_add(line, STATUS_PLAIN, "new %s ago",
                   status_duration((double)(now_ms - campaign->new_ms) / 1000, text));
    }
}

static void add_incomplete(const struct campaign_counts *counts, struct status_line *line) {
    char text[STATUS_NUMBER];
    if (counts->timed_out > 0)
        status_add(line, STATUS_WARN, "%s timed out", status_number(counts->timed_out, text));
    if (counts->sum.counts.over_memory > 0) {
        status_add(line, STATUS_WARN, "%s truncated",
                   status_number(counts->sum.counts.over_memory, text));
    }
}

int campaign_unit_length(const struct campaign *campaign, uint64_t count) {
    return (int)strlen(campaign->unit) - (count == 1);
}

void campaign_draw(void *ctx, struct status_line *line) {
    struct campaign *campaign = ctx;
    const struct campaign_counts total = campaign_total(campaign);
    const size_t findings = campaign->findings.count;
    char programs[STATUS_NUMBER], rate[STATUS_NUMBER];
    add_end(campaign, &total, line);
    add_phase(&campaign->phase, line);
    status_add(line, STATUS_PLAIN, "%s %.*s", status_number(total.programs, programs),
               campaign_unit_length(campaign, total.programs), campaign->unit);
    status_add(line, STATUS_PLAIN, "%s/s",
               status_number((uint64_t)rate_of(campaign, &total), rate));
    status_add_count(line, findings > 0 ? STATUS_BAD : STATUS_PLAIN, findings, "finding");
    add_behaviours(campaign, total.behaviours, line);
    add_incomplete(&total, line);
}
