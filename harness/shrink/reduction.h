// SPDX-License-Identifier: MIT
// One call of shrink_finding: what it knows of the original program, and how it checks candidates.
#ifndef ALLOCHECK_SHRINK_REDUCTION_H
#define ALLOCHECK_SHRINK_REDUCTION_H

#include "checkers.h"
#include "predicate.h"
#include "trail.h"

struct reduction {
    const struct shrink_task *task;
    struct shrink_outcome *outcome;
    struct predicate predicate; /* of candidates */
    struct checkers *checkers;
    struct ac_boundaries learned;
    struct shrink_progress progress;
    struct trail trail;        /* of the search */
    bool verified;             /* its result */
    size_t last_op;            /* where the original program shows the finding */
    uint64_t start_ms, end_ms; /* of shrink_now_ms; end 0: no limit */
    uint64_t run_ms;           /* that a run of the original program took */
};

static inline bool reduction_is_race(const struct reduction *reduction) {
    return reduction->task->race != NULL;
}

/* --- baseline.c --- */

/* How race runs of a task are done. */
struct ac_race_options reduction_race_options(const struct shrink_task *task);

/* Measures how often the original program shows a finding, and from that how often each candidate
 * runs. */
enum shrink_end reduction_measure(struct reduction *reduction, const struct ac_program *program);

/* The part of the time that the search leaves for reduction_verify. */
uint64_t reduction_reserve_ms(const struct reduction *reduction);

/* True if the result shows the finding as reliably as the original program, with full time. If no
 * time is left, the runs of the search have to do, provided that each had its own process. */
bool reduction_verify(struct reduction *reduction, const struct ac_program *result);

/* CPU milliseconds that a call of a candidate may take. */
uint32_t reduction_call_ms(const struct reduction *reduction);

/* Runs candidates of a race that hold more often from now on: chance must not make them hold. */
void reduction_be_careful(struct reduction *reduction);

#endif
