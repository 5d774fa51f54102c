// SPDX-License-Identifier: MIT
// Real threads besides the main one, of which one runs at a time, on one CPU. A running thread
// passes the token and waits to get it back. Everything before passing it happens before everything
// after receiving it.
#ifndef ALLOCHECK_THREAD_POOL_H
#define ALLOCHECK_THREAD_POOL_H

#include "allocheck/op.h"

enum {
    AC_EXIT_PASSES = 4
}; /* POSIX: PTHREAD_DESTRUCTOR_ITERATIONS; its minimum, and Linux's value */

/* What the threads do. `number': of the thread, 1 .. AC_MAX_THREADS - 1. */
struct ac_thread_pool_tasks {
    void *ctx;
    /* Called on an idle thread that receives the token. When it returns, the main thread gets the
     * token. */
    void (*work)(void *ctx, unsigned number);
    /* Called in the destructor of thread-specific data of a thread that ends, in each pass over
     * destructors, from 0 on. True: call it in the next one too. */
    bool (*pass)(void *ctx, unsigned number, unsigned pass);
};

/* How a thread ends. */
enum ac_thread_pool_end {
    AC_END_ALONE,      /* destructors run, but `pass' is not called */
    AC_END_WITH_PASS,  /* destructors run, `pass' among them */
    AC_END_FORGETTING, /* as after ac_thread_pool_forget: no destructor runs */
};

/* Makes a pool without threads. The caller is the main thread, and alone may call the functions
 * below, unless they say otherwise. NULL: out of memory, or of keys for thread-specific data. */
struct ac_thread_pool *ac_thread_pool_new(const struct ac_thread_pool_tasks *tasks);

/* All threads must have ended. */
void ac_thread_pool_delete(struct ac_thread_pool *pool);

/* In a process that was forked since they started: forgets the threads, which do not exist there.
 */
void ac_thread_pool_notice_fork(struct ac_thread_pool *pool);

/* Pins the main thread and all others to the CPU that the main thread is on, until
 * ac_thread_pool_restore_cpus, which makes passing the token fast. Takes longer than passing it
 * once. */
void ac_thread_pool_share_cpu(struct ac_thread_pool *pool);
void ac_thread_pool_restore_cpus(struct ac_thread_pool *pool);

/* Starts a thread unless it runs. False: the system has none. Any thread may call it. */
bool ac_thread_pool_start(struct ac_thread_pool *pool, unsigned number);

/* True if a thread runs; if it is within `work'. For the main thread. */
bool ac_thread_pool_has(const struct ac_thread_pool *pool, unsigned number);
bool ac_thread_pool_is_busy(const struct ac_thread_pool *pool, unsigned number);

/* Called by the thread `from', which has the token, for another one that runs, or for the main
 * thread, 0. Returns when `from' has the token again. */
void ac_thread_pool_pass_token(struct ac_thread_pool *pool, unsigned from, unsigned to);

/* Ends an idle thread and waits for its end. */
void ac_thread_pool_end(struct ac_thread_pool *pool, unsigned number, enum ac_thread_pool_end how);

/* Forgets all thread-specific data set since the calling thread, `number', began: its destructors
 * do not run. */
void ac_thread_pool_forget(struct ac_thread_pool *pool, unsigned number);

/* Ends the calling thread, `number', within ac_thread_pool_end, from a destructor that cannot go
 * on. Forgets data like ac_thread_pool_forget. */
_Noreturn void ac_thread_pool_exit_in_destructor(struct ac_thread_pool *pool, unsigned number);

#endif
