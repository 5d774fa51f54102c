// SPDX-License-Identifier: MIT
// A request that got no reply, as a result.
#ifndef ALLOCHECK_CHILD_DEATH_H
#define ALLOCHECK_CHILD_DEATH_H

#include "process.h"

/* Ends the process, if it still lives, and adds the finding that its end means, if any, to the
 * shared result. `status` is the one of AC_WAIT_ENDED. */
enum ac_child_end ac_child_diagnose(struct ac_child *child, enum ac_child_wait wait, int status);

/* Where the process is. For a race run: all its threads as one, at the op of the thread that dies,
 * or of one that is in a call. */
struct ac_progress ac_child_progress(const struct ac_child *child);

#endif
