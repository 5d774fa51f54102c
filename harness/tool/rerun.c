// SPDX-License-Identifier: MIT
#include "rerun.h"

void rerun_finding(struct rerun *rerun, const struct ac_child *child,
                   const struct ac_program *program, const struct ac_finding *finding) {
    struct ac_event *events = rerun->events;
    const bool changed = ac_child_culprit(child, program, finding, &events[0]);
    const bool differs = finding->oracle == AC_ORACLE_DETERMINISTIC &&
                         ac_child_difference(child, program, &events[1], &events[2]);
    rerun->culprit = changed ? &events[0] : NULL;
    rerun->first = differs ? &events[1] : NULL;
    rerun->second = differs ? &events[2] : NULL;
}
