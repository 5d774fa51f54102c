// SPDX-License-Identifier: MIT
// Tells, from outside, whether a call that another process is in has used up its time.
#ifndef ALLOCHECK_CALL_WATCH_H
#define ALLOCHECK_CALL_WATCH_H

#include "allocheck/run.h"

#include <sys/types.h>

/* One call, as long as it lasts; zero-initialized: none has been seen. */
struct ac_call_watch {
    struct ac_progress at;
    uint64_t cpu_start;   /* of the call, as first seen, in ms */
    uint64_t sleep_start; /* of ac_now_ms; 0: it does not sleep */
};

/* Milliseconds of CLOCK_MONOTONIC. */
uint64_t ac_now_ms(void);

/* Milliseconds that a call may take which copies or clears at most `bytes`; call_ms: the least, 0:
 * AC_CALL_SECONDS. */
uint64_t ac_call_allowed_ms(uint32_t call_ms, uint64_t bytes);

/* Looks at a process once more. True when it is in the same call as it was, and the call has used
 * more than `allowed` milliseconds of CPU time, or has slept for longer. */
bool ac_call_overdue(struct ac_call_watch *watch, pid_t pid, const struct ac_progress *now,
                     uint64_t allowed);

#endif
