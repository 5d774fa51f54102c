// SPDX-License-Identifier: MIT
// Settings of a fuzz target from its environment (fuzz/README.md lists them).
#ifndef FUZZ_ENGINE_OPTIONS_H
#define FUZZ_ENGINE_OPTIONS_H

#include "allocheck/history.h"
#include "allocheck/known.h"
#include "allocheck/run.h"
#include "allocheck/without.h"

/* Sets oracles, profile and memory limit. ALLOCHECK_ORACLES is a set as a decimal number;
 * ALLOCHECK_MEMORY is in bytes (ac_run_options); ALLOCHECK_PROFILE is a file with a struct
 * ac_profile_copy of the same build (default: the allocator's own profile). An allocator without
 * instances ends the process when it catches a misuse, which an engine would store as a finding; so
 * its profile guarantees no misuse checks here. Aborts with a message if a file cannot be read. */
void engine_options(struct ac_run_options *options, const struct ac_allocator *allocator);

/* What programs leave out, as ALLOCHECK_WITHOUT names it (without.h). Aborts with a message if a
 * name is unknown. */
struct ac_without engine_without(void);

/* What the campaign knows, in the file that ALLOCHECK_KNOWN names, and may change at any time;
 * NULL: nothing. Aborts with a message if the file cannot be opened. */
const struct ac_known *engine_known(void);

/* The history that records all inputs, in the file that ALLOCHECK_HISTORY names; NULL: none. Aborts
 * with a message if the file cannot be created. */
struct ac_history *engine_history(void);

#endif
