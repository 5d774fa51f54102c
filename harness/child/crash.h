// SPDX-License-Identifier: MIT
// The stack of a process that a signal ends: the process notes it, and its parent reads it.
#ifndef ALLOCHECK_CHILD_CRASH_H
#define ALLOCHECK_CHILD_CRASH_H

#include "allocheck/crash.h"
#include "allocheck/run.h"

#include <sys/types.h>

/* From now on a signal that ends this process, on any thread, is noted first. `progress' is the
 * runner's: frames outside its call are not the allocator's. Signals that have a handler keep it.
 */
void ac_crash_watch(struct ac_crash *crash, const struct ac_progress *progress);

/* In the parent: has the process, whose call does not return, note where it is. It may be unable
 * to. */
void ac_crash_ask(const struct ac_crash *crash, pid_t process);

#endif
