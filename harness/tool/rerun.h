// SPDX-License-Identifier: MIT
// Evidence about a finding that only further runs of its program give.
#ifndef ALLOCHECK_TOOL_RERUN_H
#define ALLOCHECK_TOOL_RERUN_H

#include "allocheck/child.h"

/* The pointers point into the struct itself; NULL: unknown. */
struct rerun {
    struct ac_event events[3];
    const struct ac_event *culprit;        /* as in struct evidence */
    const struct ac_event *first, *second; /* as in struct evidence */
};

/* Runs the program of a finding again, in processes like the child's. */
void rerun_finding(struct rerun *rerun, const struct ac_child *child,
                   const struct ac_program *program, const struct ac_finding *finding);

#endif
