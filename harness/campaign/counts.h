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

/* A program that had not ended when the time expired, or a signal came: the one whose call had
 * taken longest. */
struct campaign_unfinished {
    struct ac_unfinished at;
    char program[96]; /* `random seed 17', or a file; empty: unknown */
};

struct campaign_counts {
    uint64_t planned;     /* programs to run in all; 0: no end */
    uint64_t programs;    /* run */
    uint64_t left_out;    /* skipped, because they lead to known findings */
    uint64_t replayed;    /* run under the replay oracles too */
    uint64_t behaviours;  /* distinct; 0: unknown */
    uint64_t lost;        /* their process was killed from outside, so nothing is known of them */
    uint64_t timed_out;   /* still running when the time limit expired, or a signal came */
    uint64_t replays_cut; /* the same under the replay oracles; they had run to their end before */
    struct campaign_unfinished unfinished; /* among those that timed out */
    uint64_t not_replayed; /* corpus inputs of an external engine that the end came too early for */
    struct ac_report sum;  /* counts and checks of all programs */
    struct campaign_class classes[CAMPAIGN_CLASSES]; /* by the engine's numbers; empty: unknown */
};

/* Adds a program's counts and checks. */
void counts_add_report(struct campaign_counts *counts, const struct ac_report *report);

/* Adds a program of the child that ended without a report. `program': its name; NULL: the child
 * knows. `again': it had run to its end, and is replayed. */
void counts_add_failure(struct campaign_counts *counts, const struct ac_child *child,
                        enum ac_child_end end, const char *program, bool again);

/* True if all programs that were begun ran to their end. */
bool counts_are_whole(const struct campaign_counts *counts);

/* Adds programs, replays, losses, timeouts, counts, checks and classes. */
void counts_add(struct campaign_counts *counts, const struct campaign_counts *more);

#endif
