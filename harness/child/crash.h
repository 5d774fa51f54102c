// SPDX-License-Identifier: MIT
// The stack of a process that a signal ends: the process notes it, and its parent reads it.
#ifndef ALLOCHECK_CHILD_CRASH_H
#define ALLOCHECK_CHILD_CRASH_H

#include "allocheck/crash.h"
#include "allocheck/run.h"

/* From now on a signal that ends this process, on any thread, is noted first. `progress' is the
 * runner's: frames outside its call are not the allocator's. Signals that have a handler keep it.
 */
void ac_crash_watch(struct ac_crash *crash, const struct ac_progress *progress);

#endif
