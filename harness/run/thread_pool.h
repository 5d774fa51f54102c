// SPDX-License-Identifier: MIT
// Real threads beside the main one, all on one CPU, of which one runs at a time: whoever runs hands
// the token over and waits for it to come back. Everything that a thread did before it handed over
// happens before what the next one does.
#ifndef ALLOCHECK_THREAD_POOL_H
#define ALLOCHECK_THREAD_POOL_H

#include "allocheck/op.h"

enum { AC_EXIT_PASSES = 4 }; /* POSIX: PTHREAD_DESTRUCTOR_ITERATIONS, the least and Linux's */

/* What its threads do; `number` is a thread's own, 1 .. AC_MAX_THREADS - 1. */
struct ac_thread_pool_tasks {
    void *ctx;
    /* Called on a thread that is handed the token while it does nothing; when it returns, the main
     * thread has the token. */
    void (*work)(void *ctx, unsigned number);
    /* Called in the destructor of thread-specific data of a thread that ends, in each of the passes
     * that POSIX has for them, from 0 on. True: in the next one too. */
    bool (*pass)(void *ctx, unsigned number, unsigned pass);
};

/* How a thread ends. */
enum ac_thread_pool_end {
    AC_END_ALONE,      /* its destructors run, `pass` is not called */
    AC_END_WITH_PASS,  /* its destructors run, `pass` among them */
    AC_END_FORGETTING, /* as after ac_thread_pool_forget: no destructor runs */
};

/* A thread pool without threads; the caller is the main thread, and the only one to call what
 * follows, unless it says otherwise. NULL: out of memory or of keys for thread-specific data. */
struct ac_thread_pool *ac_thread_pool_new(const struct ac_thread_pool_tasks *tasks);

/* No thread is there any more. */
void ac_thread_pool_delete(struct ac_thread_pool *pool);

/* A process that was forked since they were made has none of the threads: forgets them there. */
void ac_thread_pool_notice_fork(struct ac_thread_pool *pool);

/* The main thread and all others share one CPU from here on, until ac_thread_pool_restore_cpus, so
 * that handing over is a switch on the spot: the one that the system has the main thread on. Takes
 * longer than handing over. */
void ac_thread_pool_share_cpu(struct ac_thread_pool *pool);
void ac_thread_pool_restore_cpus(struct ac_thread_pool *pool);

/* Makes a thread where there is none. False: the system has none to give. Any thread. */
bool ac_thread_pool_start(struct ac_thread_pool *pool, unsigned number);

/* True for a thread that is there, and for one that is within `work`. The main thread. */
bool ac_thread_pool_has(const struct ac_thread_pool *pool, unsigned number);
bool ac_thread_pool_is_busy(const struct ac_thread_pool *pool, unsigned number);

/* Called by the thread `from`, which has the token, for another one that was started, or for the
 * main one, 0; returns when it has the token again. */
void ac_thread_pool_pass_token(struct ac_thread_pool *pool, unsigned from, unsigned to);

/* Ends a thread that does nothing and waits until it is gone. */
void ac_thread_pool_end(struct ac_thread_pool *pool, unsigned number, enum ac_thread_pool_end how);

/* Forgets all thread-specific data that came since the calling thread, `number`, began: none of its
 * destructors runs any more. */
void ac_thread_pool_forget(struct ac_thread_pool *pool, unsigned number);

/* Ends the calling thread, `number`, which is in ac_thread_pool_end, from within a destructor that
 * cannot go on; forgets as ac_thread_pool_forget. */
_Noreturn void ac_thread_pool_exit_in_destructor(struct ac_thread_pool *pool, unsigned number);

#endif
