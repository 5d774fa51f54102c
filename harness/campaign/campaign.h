// SPDX-License-Identifier: MIT
// A campaign: one run of `allocheck fuzz`, `triage` or `sweep`, from start to end.
#ifndef ALLOCHECK_CAMPAIGN_CAMPAIGN_H
#define ALLOCHECK_CAMPAIGN_CAMPAIGN_H

#include "counts.h"
#include "engine.h"
#include "finding_list.h"
#include "options.h"

#include "results/finding.h"
#include "tool/paths.h"

#include "allocheck/generate.h"
#include "allocheck/known.h"

/* How the generator draws programs for the target. */
struct campaign_scope {
    struct ac_boundaries boundaries;
    struct ac_generate_options generate; /* points to the boundaries */
};

/* What the campaign does besides running programs: `shrinking: 3 of 36 ops'. */
struct campaign_phase {
    const char *what; /* NULL: nothing */
    const char *unit; /* of the numbers; NULL: there are none */
    uint64_t done, of;
};

struct campaign {
    struct campaign_options options;
    const struct engine *engine;
    const void *engine_data; /* set by the engine, for its workers to read */
    const char *unit;        /* what it counts: "programs", "runs" */
    struct paths seeds;
    struct campaign_scope scope;
    struct setup setup; /* what all findings have in common */

    /* --- deviations from the standards --- */
    struct ac_profile_copy accepting; /* the measured profile, less what was reported */
    bool strict;                      /* now none is accepted */

    /* --- time --- */
    uint64_t start_ms;
    uint64_t deadline_ms;   /* of the search; 0: none */
    uint64_t end_ms;        /* of all the rest, a little later */
    uint64_t dismissing_ms; /* time that candidates of no-growth took which are no findings */

    /* --- children --- */
    struct ac_child *confirm_child; /* confirms findings */
    struct ac_child *replay_child;  /* runs seeds; ends at the deadline */

    /* --- on the status line --- */
    struct campaign_phase phase;
    uint64_t behaviours; /* distinct, at the last look, */
    uint64_t new_ms;     /* which is when there was a new one */

    /* --- results --- */
    struct campaign_counts engine_counts; /* kept by the engine, up to date at each status_tick */
    struct campaign_counts seed_counts;
    size_t seeds_left; /* that were not run: out of time */
    struct finding_list findings;
    char *folder;          /* that findings are saved in; NULL: they are not saved */
    size_t errors;         /* messages printed */
    struct ac_known known; /* for programs to come; see accept.c */
    bool ended;            /* by a finding */
    bool failed;           /* the engine could not go on */
};

/* --- deadline.c --- */

/* Starts the clock of --seconds at the time when the command began. */
void campaign_start_clock(struct campaign *campaign);

/* True once the time limit expired, Ctrl-C was pressed, or a finding ended the campaign. */
bool campaign_is_over(const struct campaign *campaign);

/* Milliseconds left to confirm and shrink a finding: until a little after the time limit, so that
 * what was found last is not lost, and it can still be saved within 5 s or 10 % of the limit. 0: a
 * signal has asked for the end, too. UINT64_MAX: no limit. */
uint64_t campaign_left_ms(const struct campaign *campaign);

/* When, of clock_ms, a sixth of it, or 10 s, are over: for measuring a race before and after it is
 * shrunk, which is to get most of the time. */
uint64_t campaign_part_end_ms(const struct campaign *campaign);

/* --- campaign.c --- */

/* Prepares everything but the scope. False: a message has been printed. */
bool campaign_begin(struct campaign *campaign);
/* Frees everything, the campaign too. */
void campaign_end(struct campaign *campaign);

/* --- seeds.c --- */

/* What a program was decoded or parsed from. */
struct raw_input {
    const char *bytes; /* NULL: nothing, it was generated */
    size_t size;
    bool text;
};

/* Removes from a program what --without names. What is left is no longer the raw input. */
void campaign_leave_out(const struct campaign *campaign, struct ac_program *program,
                        struct raw_input *raw);

/* Runs a program under the replay oracles, in a fresh process of a child, and counts it. It goes on
 * after failed checks that are accepted (NULL: none). A finding becomes a candidate; if the
 * program can go on after it, it runs once more and does. */
void campaign_replay(struct campaign *campaign, struct ac_child *child,
                     struct campaign_counts *counts, const struct ac_program *program,
                     const char *how, const struct raw_input *raw,
                     const struct ac_accepted *accepted);

/* Runs the programs that the user named, before the engine starts. */
void campaign_run_seeds(struct campaign *campaign);

/* --- scope.c --- */

/* Learns what the target offers, and its size-class boundaries. */
void campaign_learn_scope(struct campaign *campaign);

#endif
