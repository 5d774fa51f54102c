// SPDX-License-Identifier: MIT
// Which thread runs. Each thread is in its own loop over the ops (frames.c) and passes the token
// when the next op is another's. So every thread has real frames, and one thread runs at a time.
#include "threads.h"

#include "check.h"
#include "ops.h"
#include "step.h"

#include "thread_pool.h"

enum { PROGRAMS_PER_PIN = 32 };

/* The main thread carries out all thread exits. */
static unsigned thread_of(const struct ac_op *op) {
    return op->kind == AC_OP_EXIT ? 0 : op->thread;
}

static unsigned next_thread(struct ac_runner *runner) {
    if (runner->handover.leaving != 0)
        return runner->handover.leaving;
    return ac_has_op(runner) ? thread_of(ac_this_op(runner)) : 0;
}

static void run_task(struct ac_runner *runner) {
    void (*const task)(struct ac_runner *) = runner->handover.task;
    runner->handover.task = NULL;
    task(runner);
}

/* A fatal text in a legal call ends the work here. */
static void work(void *ctx, unsigned thread) {
    struct ac_runner *runner = ctx;
    runner->threads[thread].catches = true;
    if (setjmp(runner->threads[thread].end) != 0) {
        ac_false_alarm(runner);
        runner->threads[thread].depth = 0;
    } else if (runner->handover.task != NULL) {
        run_task(runner);
    } else {
        ac_run_own_ops(runner);
    }
    runner->threads[thread].catches = false;
    runner->thread = 0;
}

/* False: the thread cannot be created. */
static bool is_started(struct ac_runner *runner, unsigned thread) {
    if (thread == 0)
        return true;
    if (runner->handover.pool == NULL) {
        runner->handover.pool = ac_thread_pool_new(
            &(struct ac_thread_pool_tasks){.ctx = runner, .work = work, .pass = ac_exit_pass});
    }
    if (runner->handover.pool == NULL)
        return false;
    ac_thread_pool_share_cpu(runner->handover.pool);
    return ac_thread_pool_start(runner->handover.pool, thread);
}

/* A waiting thread may be given tasks before its ops go on. */
static void pass_token(struct ac_runner *runner, unsigned to) {
    const unsigned from = runner->thread;
    for (;;) {
        runner->thread = to;
        runner->threads[to].used = true;
        ac_thread_pool_pass_token(runner->handover.pool, from, to);
        if (runner->handover.task == NULL)
            return;
        run_task(runner);
        to = 0;
    }
}

static void skip_op(struct ac_runner *runner) {
    if (ac_begin_op(runner)) {
        runner->report->counts.over_limit++;
        ac_end_op(runner);
    }
}

bool ac_await_token(struct ac_runner *runner) {
    for (unsigned next; (next = next_thread(runner)) != runner->thread;)
        if (is_started(runner, next))
            pass_token(runner, next);
        else
            skip_op(runner);
    return runner->handover.leaving == 0 && ac_begin_op(runner);
}

void ac_run_on_thread(struct ac_runner *runner, unsigned thread,
                      void (*task)(struct ac_runner *runner)) {
    runner->handover.task = task;
    pass_token(runner, thread);
}

void ac_end_ops_of(struct ac_runner *runner, unsigned thread) {
    if (ac_thread_pool_is_busy(runner->handover.pool, thread)) {
        runner->handover.leaving = thread;
        pass_token(runner, thread);
        runner->handover.leaving = 0;
    }
}

void ac_leave_all_frames(struct ac_runner *runner) {
    for (unsigned i = 1; i < AC_MAX_THREADS; i++)
        if (runner->threads[i].depth != 0)
            ac_end_ops_of(runner, i);
}

static void end_if_started(struct ac_runner *runner, unsigned thread, enum ac_thread_pool_end how) {
    ac_end_ops_of(runner, thread);
    if (ac_thread_pool_has(runner->handover.pool, thread))
        ac_thread_pool_end(runner->handover.pool, thread, how);
}

/* An abandoned heap must not be touched: its threads end without destructors. */
static void end_threads_of_abandoned_heap(struct ac_runner *runner) {
    const bool abandoned = runner->report->found || runner->corrupted;
    for (unsigned i = 1; abandoned && runner->heap.instance != NULL && i < AC_MAX_THREADS; i++)
        if (runner->threads[i].used)
            end_if_started(runner, i, AC_END_FORGETTING);
}

static bool used_threads(const struct ac_runner *runner) {
    for (unsigned i = 1; i < AC_MAX_THREADS; i++)
        if (runner->threads[i].used)
            return true;
    return false;
}

/* Programs with threads come in series, and may share a CPU for some of them. */
static void unpin_now_and_then(struct ac_runner *runner) {
    if (!used_threads(runner) || ++runner->handover.programs_since_pin == PROGRAMS_PER_PIN) {
        ac_thread_pool_restore_cpus(runner->handover.pool);
        runner->handover.programs_since_pin = 0;
    }
}

void ac_unwind_threads(struct ac_runner *runner) {
    runner->thread = 0;
    runner->handover.task = NULL;
    if (runner->handover.pool != NULL) {
        ac_leave_all_frames(runner);
        end_threads_of_abandoned_heap(runner);
        unpin_now_and_then(runner);
    }
}

void ac_end_threads(struct ac_runner *runner) {
    if (runner->handover.pool == NULL)
        return;
    ac_thread_pool_notice_fork(runner->handover.pool);
    for (unsigned i = 1; i < AC_MAX_THREADS; i++)
        end_if_started(runner, i, AC_END_ALONE);
    ac_thread_pool_restore_cpus(runner->handover.pool);
    ac_thread_pool_delete(runner->handover.pool);
    runner->handover.pool = NULL;
}
