// SPDX-License-Identifier: MIT
// The interpreter's loop.
#ifndef ALLOCHECK_FRAMES_H
#define ALLOCHECK_FRAMES_H

#include "runner.h"

/* Runs all ops, from the first one; runs those of the calling thread. */
void ac_run_frames(struct ac_runner *runner);
void ac_run_own_ops(struct ac_runner *runner);

#endif
