// SPDX-License-Identifier: MIT
// Requests for pages of an allocator that finds its own: trapped on their way to the system (mmap,
// mremap, brk, mprotect that lets memory be written, madvise), counted, and refused by plan. Inner
// calls of a C library, which no symbol can be put in place of, are seen too. One trap for a
// process, and all that it forks.
#ifndef TRAP_H
#define TRAP_H

#include "allocheck/progress.h"

#include <stdbool.h>
#include <stddef.h>

/* Begins to trap, for good. What is asked for while progress->in_call is set is the allocator's:
 * it counts and may be refused; all else is let through. False: not here. */
bool ac_trap_start(struct ac_progress *progress);

/* A run begins: nothing counted, no plan. `no_resize: growth in place is refused. */
void ac_trap_open(bool no_resize);

/* As ac_source_refuse and ac_source_sweep. */
void ac_trap_refuse(uint64_t nth, bool onwards);
void ac_trap_sweep(uint64_t nth, bool onwards);

uint64_t ac_trap_requests(void); /* since ac_trap_open */
uint64_t ac_trap_refused(void);  /* of them */

/* --- for trap.c: what the machine makes of it --- */

enum { AC_TRAP_ARGUMENTS = 6 };

/* A system call on its way: what it is, and where it will find its answer. */
struct ac_trapped {
    long number; /* of the system call */
    long argument[AC_TRAP_ARGUMENTS];
    void *signals; /* blocked once it returns: 64 bits, the lowest is signal 1 */
};

/* False: nothing can be trapped here. */
bool ac_trap_is_there(void);

/* Makes the system call, past the trap: its result, or the negated errno. */
long ac_trap_perform(const struct ac_trapped *call);

/* Calls `answer' for each of these system calls from now on; what it returns is the call's result.
 * It runs as a signal handler does. False: not here. */
bool ac_trap_install(const long *numbers, size_t count,
                     long (*answer)(const struct ac_trapped *call));

#endif
