// SPDX-License-Identifier: MIT
// The predicate of a reduction: does a program still show the wanted finding?
#ifndef ALLOCHECK_SHRINK_PREDICATE_H
#define ALLOCHECK_SHRINK_PREDICATE_H

#include "shrink_finding.h"

struct predicate {
    const struct shrink_task *task;
    struct finding_kind wanted;
    bool replay;                 /* under the replay oracles too */
    bool fresh;                  /* each program runs in a fresh process */
    unsigned runs;               /* run a program at most this often, */
    unsigned needed;             /* until this many runs have shown the finding; */
    unsigned more_runs;          /* if they do, the same again, */
    unsigned more_needed;        /* with these: what holds is rare, and worth more runs */
    struct ac_race_options race; /* of race runs */
    bool waits_for_decay;        /* as the task's child does; candidates do not */
    uint32_t call_ms;
    uint64_t end_ms;    /* of shrink_now_ms: when all programs must have ended; 0: no limit */
    uint64_t enough_ms; /* after it, few runs of a program are enough; 0: never */
    bool insists;       /* they run to their ends although the task's child is to stop */
};

/* A clock that never goes back. */
uint64_t shrink_now_ms(void);

/* A child that runs programs for a predicate. NULL: out of memory or file descriptors. */
struct ac_child *predicate_child(const struct predicate *predicate);

/* Runs a program once. */
enum ac_child_end predicate_run(const struct predicate *predicate, struct ac_child *child,
                                const struct ac_program *program, struct ac_report *report);

/* True if a report has the wanted finding. */
bool predicate_matches(const struct predicate *predicate, const struct ac_program *program,
                       const struct ac_report *report);

/* Runs a program until the answer is known. Each race run has another seed. */
bool predicate_holds(const struct predicate *predicate, struct ac_child *child,
                     const struct ac_program *program);

#endif
