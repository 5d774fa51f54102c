// SPDX-License-Identifier: MIT
// Which thread runs.
#ifndef ALLOCHECK_HANDOVER_H
#define ALLOCHECK_HANDOVER_H

#include "runner.h"

/* Waits until the next op is the calling thread's, while others run theirs, and begins it. False:
 * no op is left, or the thread must leave its frames. */
bool ac_await_token(struct ac_runner *runner);

/* Runs a task on another thread, which has run ops; the main thread waits. */
void ac_run_on_thread(struct ac_runner *runner, unsigned thread,
                      void (*task)(struct ac_runner *runner));

/* Called by the main thread: makes one thread leave its frames and the loop over the ops; makes all
 * but the main one leave their frames, in order. */
void ac_end_ops_of(struct ac_runner *runner, unsigned thread);
void ac_leave_all_frames(struct ac_runner *runner);

/* At the end of a program, however it ended: only the main thread may have frames after it. */
void ac_unwind_threads(struct ac_runner *runner);

/* Ends all threads but the main one. */
void ac_end_threads(struct ac_runner *runner);

#endif
