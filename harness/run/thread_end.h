// SPDX-License-Identifier: MIT
// How threads end, and the blocks that they free then.
#ifndef ALLOCHECK_THREAD_END_H
#define ALLOCHECK_THREAD_END_H

#include "runner.h"

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
