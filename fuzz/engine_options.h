// SPDX-License-Identifier: MIT
// What a target is told through its environment.
#ifndef FUZZ_ENGINE_OPTIONS_H
#define FUZZ_ENGINE_OPTIONS_H

#include "allocheck/history.h"
#include "allocheck/run.h"

/* Fills in what checks, by which profile, and within which bound: ALLOCHECK_ORACLES is a set as a
 * decimal number, ALLOCHECK_MEMORY as ac_run_options has it,
 * ALLOCHECK_PROFILE a file that holds a struct ac_profile_copy of the same build (else it is the
 * allocator's own). An allocator without instances ends the process when it catches a misuse, which
 * an engine takes for a find: nothing is guaranteed for it here. A file that cannot be read ends
 * the process with a message. */
void engine_options(struct ac_run_options *options, const struct ac_allocator *allocator);

/* The history that the inputs go into, in the file that ALLOCHECK_HISTORY names; NULL: none. A file
 * that cannot be made ends the process with a message. */
struct ac_history *engine_history(void);

#endif
