// SPDX-License-Identifier: MIT
// The threads of a program: which one runs, and how they end.
#ifndef ALLOCHECK_THREADS_H
#define ALLOCHECK_THREADS_H

#include "runner.h"

/* --- handover.c --- */

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

/* --- thread_end.c: the ends of threads, and the blocks that they free then --- */

/* Frees a thread's blocks of one pass over its destructors, oldest first. True: there were some. */
bool ac_free_due(struct ac_runner *runner, unsigned thread, unsigned pass);

/* True if blocks are left to free, in any pass. */
bool ac_has_due(const struct ac_runner *runner, unsigned thread);

/* Ends the threads that have blocks to free at their end. */
void ac_run_pending_exits(struct ac_runner *runner);

/* Calls thread_exit on every thread that used the heap, the main one last. */
void ac_leave_heap(struct ac_runner *runner);

/* The member `pass' of struct ac_thread_pool_tasks; ctx is the runner. */
bool ac_exit_pass(void *ctx, unsigned thread, unsigned pass);

#endif
