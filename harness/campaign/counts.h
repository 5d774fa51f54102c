// SPDX-License-Identifier: MIT
// What a campaign counts.
#ifndef ALLOCHECK_CAMPAIGN_COUNTS_H
#define ALLOCHECK_CAMPAIGN_COUNTS_H

#include "allocheck/child.h"

/* Programs that take about the same time each, for an engine's estimate. */
struct campaign_class {
    uint64_t programs;
    uint64_t us; /* that they took, of all workers together */
};
enum { CAMPAIGN_CLASSES = 3 * AC_SCOPE_DEPTH };

struct campaign_counts {
    uint64_t planned;      /* programs to run in all; 0: no end */
    uint64_t programs;     /* run */
    uint64_t left_out;     /* passed over, because they lead to known findings */
    uint64_t replayed;     /* run under the replay oracles too */
    uint64_t behaviours;   /* distinct; 0: unknown */
    uint64_t lost;         /* their process was killed from outside, so nothing is known of them */
    uint64_t timed_out;    /* still running when the time limit expired, */
    uint64_t in_call;      /* and of them, in a call that had run for more than a second */
    uint64_t not_replayed; /* corpus inputs of an external engine that the end came too early for */
    struct ac_report sum;  /* counts and checks of all programs */
    struct campaign_class classes[CAMPAIGN_CLASSES]; /* by the engine's numbers; empty: unknown */
};

/* Adds a program's counts and checks. */
void counts_add_report(struct campaign_counts *counts, const struct ac_report *report);

/* Adds a program that ended without a report, as the last request of a child. */
void counts_add_failure(struct campaign_counts *counts, const struct ac_child *child,
                        enum ac_child_end end);

/* Adds programs, replays, losses, timeouts, counts, checks and classes. */
void counts_add(struct campaign_counts *counts, const struct campaign_counts *more);

#endif
