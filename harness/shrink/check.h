// SPDX-License-Identifier: MIT
// Whether one program shows what is looked for.
#ifndef ALLOCHECK_SHRINK_CHECK_H
#define ALLOCHECK_SHRINK_CHECK_H

#include "shrink_finding.h"

struct check {
    const struct shrink_task *task;
    struct shrink_kind_of_finding wanted;
    bool replay;                 /* under the replay oracles too */
    bool fresh;                  /* each program in a process of its own */
    unsigned runs;               /* a program is run so often, at most: until so many as are */
    unsigned needed;             /* have shown it */
    struct ac_race_options race; /* where programs are race runs: how */
    uint32_t call_ms;
    uint64_t left_ms; /* for all programs; 0: no bound */
};

/* A child that runs programs for a check; NULL: out of memory or of file descriptors. */
struct ac_child *check_child(const struct check *check);

/* Runs a program once. */
enum ac_child_end check_run(const struct check *check, struct ac_child *child,
                            const struct ac_program *program, struct ac_report *report);

/* True when a report is of what is looked for. */
bool check_is_wanted(const struct check *check, const struct ac_program *program,
                     const struct ac_report *report);

/* Runs a program until it is known whether it shows it; race runs have different seeds then. */
bool check_holds(const struct check *check, struct ac_child *child,
                 const struct ac_program *program);

#endif
