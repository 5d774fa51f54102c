// SPDX-License-Identifier: MIT
#include "counts.h"

void counts_add_report(struct campaign_counts *counts, const struct ac_report *report) {
    ac_report_add(&counts->sum, report);
    counts->sum.found = false;
}

void counts_add_failure(struct campaign_counts *counts, const struct ac_child *child,
                        enum ac_child_end end) {
    counts->timed_out += end == AC_CHILD_TIMEOUT;
    counts->in_call += end == AC_CHILD_TIMEOUT && ac_child_was_in_long_call(child);
    counts->lost += end == AC_CHILD_FAILED;
}

void counts_add(struct campaign_counts *counts, const struct campaign_counts *more) {
    counts->programs += more->programs;
    counts->left_out += more->left_out;
    counts->replayed += more->replayed;
    counts->lost += more->lost;
    counts->timed_out += more->timed_out;
    counts->in_call += more->in_call;
    counts_add_report(counts, &more->sum);
    for (size_t i = 0; i < CAMPAIGN_CLASSES; i++) {
        counts->classes[i].programs += more->classes[i].programs;
        counts->classes[i].us += more->classes[i].us;
    }
}
