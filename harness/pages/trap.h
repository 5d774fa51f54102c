// SPDX-License-Identifier: MIT
// The system call trap, for allocators that take no page source: intercepts their system calls for
// pages (mmap, mremap, brk, madvise, and mprotect for write access), counts them and refuses them
// by plan. It also sees calls inside the C library, which interposed symbols miss. A process and
// its forks share one trap.
#ifndef TRAP_H
#define TRAP_H

#include "allocheck/progress.h"

#include <stdbool.h>
#include <stddef.h>

/* Starts the trap for the rest of the process. System calls while progress->in_call is set come
 * from the allocator: they are counted and may be refused; all others pass. False: not supported.
 */
bool ac_trap_start(struct ac_progress *progress);

/* Resets counts and plans for a new run. `no_resize`: mremap is refused. */
void ac_trap_open(bool no_resize);

/* Like ac_source_refuse and ac_source_sweep. */
void ac_trap_refuse(uint64_t nth, bool onwards);
void ac_trap_sweep(uint64_t nth, bool onwards);

uint64_t ac_trap_requests(void); /* since ac_trap_open */
uint64_t ac_trap_refused(void);  /* of these */

/* --- for trap.c: trap_x86_64.c or trap_none.c --- */

enum { AC_TRAP_ARGUMENTS = 6 };

/* A trapped system call. */
struct ac_trapped {
    long number; /* SYS_mmap ... */
    long argument[AC_TRAP_ARGUMENTS];
    void *signals; /* signal mask after the call returns: 64 bits, bit 0 is signal 1 */
};

/* True if this system supports the trap. */
bool ac_trap_is_there(void);

/* Makes the system call without trapping it. Returns its result or the negated errno. */
long ac_trap_perform(const struct ac_trapped *call);

/* From now on calls `answer' in place of each of these system calls and returns its result.
 * `answer' runs in a signal handler. False: not supported. */
bool ac_trap_install(const long *numbers, size_t count,
                     long (*answer)(const struct ac_trapped *call));

#endif
