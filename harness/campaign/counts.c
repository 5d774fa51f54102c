// SPDX-License-Identifier: MIT
#include "counts.h"

#include <stdio.h>

void counts_add_report(struct campaign_counts *counts, const struct ac_report *report) {
    ac_report_add(&counts->sum, report);
    counts->sum.found = false;
}

static void add_unfinished(struct campaign_unfinished *longest,
                           const struct campaign_unfinished *more) {
    if (more->at.known && (!longest->at.known || more->at.ms > longest->at.ms))
        *longest = *more;
}

static void add_program(struct campaign_counts *counts, const struct ac_unfinished *at,
                        const char *program) {
    struct campaign_unfinished one = {.at = *at};
    if (program != NULL)
        snprintf(one.program, sizeof one.program, "%s", program);
    else if (at->generated)
        snprintf(one.program, sizeof one.program, "random seed %llu", (unsigned long long)at->seed);
    add_unfinished(&counts->unfinished, &one);
}

void counts_add_failure(struct campaign_counts *counts, const struct ac_child *child,
                        enum ac_child_end end, const char *program, bool again) {
    const struct ac_unfinished at = ac_child_unfinished(child);
    const bool timed_out = end == AC_CHILD_TIMEOUT, is_cut = again && at.ms == 0;
    counts->lost += end == AC_CHILD_FAILED;
    counts->replays_cut += timed_out && is_cut;
    counts->timed_out += timed_out && !is_cut;
    if (timed_out && !is_cut)
        add_program(counts, &at, program);
}

bool counts_are_whole(const struct campaign_counts *counts) {
    return counts->timed_out + counts->lost == 0;
}

void counts_add(struct campaign_counts *counts, const struct campaign_counts *more) {
    counts->programs += more->programs;
    counts->left_out += more->left_out;
    counts->replayed += more->replayed;
    counts->lost += more->lost;
    counts->timed_out += more->timed_out;
    counts->replays_cut += more->replays_cut;
    add_unfinished(&counts->unfinished, &more->unfinished);
    counts_add_report(counts, &more->sum);
    for (size_t i = 0; i < CAMPAIGN_CLASSES; i++) {
        counts->classes[i].programs += more->classes[i].programs;
        counts->classes[i].us += more->classes[i].us;
    }
}
