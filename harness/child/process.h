// SPDX-License-Identifier: MIT
// The child's process, as its parent sees it: started, waited for, ended.
#ifndef ALLOCHECK_CHILD_PROCESS_H
#define ALLOCHECK_CHILD_PROCESS_H

#include "shared.h"

/* Starts a process that serves requests. False: there is no process, or it cannot load the
 * library; ac_child_trouble says why. */
bool ac_child_start_process(struct ac_child *child);

/* Replaces the forked process by this executable with the library preloaded; it then serves
 * `link`. Returns only on failure. */
void ac_child_exec(const struct ac_child *child, int link);

/* Waits until the process has loaded the target's library, if the target is one. False: it has not;
 * ac_child_trouble says why, and the process is gone. */
bool ac_child_await_library(struct ac_child *child);

/* Kills the process, if there is one. */
void ac_child_end_process(struct ac_child *child);

/* Waits for a process that is about to end. Returns its status, as waitpid sets it. */
int ac_child_reap(struct ac_child *child);

/* Closes the link to a process that was reaped. */
void ac_child_forget_process(struct ac_child *child);

/* Bytes that the process may have resident, and whether it has reached them. */
uint64_t ac_child_memory(const struct ac_child *child);
bool ac_child_is_full(const struct ac_child *child);

/* How the wait for a reply ended. */
enum ac_child_wait {
    AC_WAIT_REPLY,
    AC_WAIT_ENDED,      /* the process is gone and its status known */
    AC_WAIT_STUCK,      /* a call used up its time; the process still lives */
    AC_WAIT_FULL,       /* the process reached its memory limit; it still lives */
    AC_WAIT_OVERTIME,   /* the program, or the probe, used up its time; the process still lives */
    AC_WAIT_TIMEOUT,    /* the timeout expired, or `stop` returned true; the process still lives */
    AC_WAIT_NO_PROCESS, /* nothing was sent; ac_child_trouble says why */
};

/* Waits for the reply, or the end, of the process. Watches the time of its call and its memory. */
enum ac_child_wait ac_child_wait(struct ac_child *child, int *status);

/* Sends the request in the shared memory to the process, which is started if there is none, and
 * waits as ac_child_wait. */
enum ac_child_wait ac_child_exchange(struct ac_child *child, int *status);

#endif
