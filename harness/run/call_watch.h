// SPDX-License-Identifier: MIT
// Decides, from another process, whether a call has exceeded its time.
#ifndef ALLOCHECK_CALL_WATCH_H
#define ALLOCHECK_CALL_WATCH_H

#include "allocheck/run.h"

#include <sys/types.h>

/* One call for as long as it lasts. All zero: none seen yet. */
struct ac_call_watch {
    struct ac_progress at;
    uint64_t cpu_start;   /* CPU milliseconds of the process when the call was first seen */
    uint64_t wall_start;  /* ac_now_ms() then */
    uint64_t sleep_start; /* ac_now_ms() when it fell asleep; 0: it does not sleep */
};

/* Milliseconds of CLOCK_MONOTONIC. */
uint64_t ac_now_ms(void);

/* Milliseconds allowed for a call that copies or clears at most `bytes'. call_ms: the base; 0:
 * AC_CALL_SECONDS. */
uint64_t ac_call_allowed_ms(uint32_t call_ms, uint64_t bytes);

/* Calls `visit' for each thread of a process, with its name in /proc/PID/task, which is open as
 * `folder', until it returns true. Returns whether it did. Takes no memory from malloc. */
typedef bool ac_thread_visitor(void *ctx, int folder, const char *thread);
bool ac_visit_threads(pid_t pid, ac_thread_visitor *visit, void *ctx);

/* Looks at a process again. True if it is still in the same call, and that call has used more than
 * `allowed' milliseconds of CPU time, or has slept for longer. */
bool ac_call_overdue(struct ac_call_watch *watch, pid_t pid, const struct ac_progress *now,
                     uint64_t allowed);

#endif
