// SPDX-License-Identifier: MIT
// Which thread runs. Each is in its own loop over the ops (frames.c) and hands over where the next
// op is another's; so every thread has frames of its own, and one of them runs at a time.
#include "runner.h"

#include "thread_pool.h"

enum { PROGRAMS_ON_CPU = 32 };

/* Ends of threads are the main one's doing, whoever is named. */
static unsigned thread_of(const struct ac_op *op) {
    return op->kind == AC_OP_EXIT ? 0 : op->thread;
}

static unsigned whose_step(struct ac_runner *runner) {
    if (runner->leaving != 0) {
        return runner->leaving;
    }
    return ac_goes_on(runner) ? thread_of(ac_this_op(runner)) : 0;
}

static void run_task(struct ac_runner *runner) {
    void (*const task)(struct ac_runner *) = runner->task;
    runner->task = NULL;
    task(runner);
}

/* A fatal text in a legal call ends the work where it is. */
static void work(void *ctx, unsigned thread) {
    struct ac_runner *runner = ctx;
    runner->threads[thread].catches = true;
    if (setjmp(runner->threads[thread].end) != 0) {
        ac_false_alarm(runner);
        runner->threads[thread].depth = 0;
    } else if (runner->task != NULL) {
        run_task(runner);
    } else {
        ac_run_own_ops(runner);
    }
    runner->threads[thread].catches = false;
    runner->thread = 0;
}

/* False: there is no such thread, and none can be had. */
static bool is_ready(struct ac_runner *runner, unsigned thread) {
    if (thread == 0) {
        return true;
    }
    if (runner->pool == NULL) {
        runner->pool = ac_thread_pool_new(
            &(struct ac_thread_pool_tasks){.ctx = runner, .work = work, .pass = ac_exit_pass});
    }
    if (runner->pool == NULL) {
        return false;
    }
    ac_thread_pool_share_cpu(runner->pool);
    return ac_thread_pool_start(runner->pool, thread);
}

/* Who waits may be sent on an task meanwhile. */
static void hand_over(struct ac_runner *runner, unsigned to) {
    const unsigned from = runner->thread;
    for (;;) {
        runner->thread = to;
        runner->threads[to].used = true;
        ac_thread_pool_hand_over(runner->pool, from, to);
        if (runner->task == NULL) {
            return;
        }
        run_task(runner);
        to = 0;
    }
}

static void skip_op(struct ac_runner *runner) {
    if (ac_step(runner)) {
        runner->report->counts.cut++;
        ac_step_done(runner);
    }
}

bool ac_await_token(struct ac_runner *runner) {
    for (unsigned next; (next = whose_step(runner)) != runner->thread;) {
        if (is_ready(runner, next)) {
            hand_over(runner, next);
        } else {
            skip_op(runner);
        }
    }
    return runner->leaving == 0 && ac_step(runner);
}

void ac_run_on_thread(struct ac_runner *runner, unsigned thread,
                      void (*task)(struct ac_runner *runner)) {
    runner->task = task;
    hand_over(runner, thread);
}

void ac_leave_ops(struct ac_runner *runner, unsigned thread) {
    if (ac_thread_pool_is_busy(runner->pool, thread)) {
        runner->leaving = thread;
        hand_over(runner, thread);
        runner->leaving = 0;
    }
}

void ac_leave_all_frames(struct ac_runner *runner) {
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        if (runner->threads[i].depth != 0) {
            ac_leave_ops(runner, i);
        }
    }
}

static void end_if_there(struct ac_runner *runner, unsigned thread, enum ac_thread_pool_end how) {
    ac_leave_ops(runner, thread);
    if (ac_thread_pool_has(runner->pool, thread)) {
        ac_thread_pool_end(runner->pool, thread, how);
    }
}

/* Nobody may touch an instance that was abandoned: its threads end without their destructors. */
static void end_those_of_abandoned(struct ac_runner *runner) {
    const bool abandoned = runner->report->found || runner->corrupted;
    for (unsigned i = 1; abandoned && runner->heap != NULL && i < AC_MAX_THREADS; i++) {
        if (runner->threads[i].used) {
            end_if_there(runner, i, AC_END_FORGETTING);
        }
    }
}

static bool handed_over(const struct ac_runner *runner) {
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        if (runner->threads[i].used) {
            return true;
        }
    }
    return false;
}

/* Programs that take turns come in rows, and a CPU is theirs for some of them. */
static void part_now_and_then(struct ac_runner *runner) {
    if (!handed_over(runner) || ++runner->programs_on_cpu == PROGRAMS_ON_CPU) {
        ac_thread_pool_restore_cpus(runner->pool);
        runner->programs_on_cpu = 0;
    }
}

void ac_clear_frames(struct ac_runner *runner) {
    runner->thread = 0;
    runner->task = NULL;
    if (runner->pool != NULL) {
        ac_leave_all_frames(runner);
        end_those_of_abandoned(runner);
        part_now_and_then(runner);
    }
}

void ac_end_threads(struct ac_runner *runner) {
    if (runner->pool == NULL) {
        return;
    }
    ac_thread_pool_notice_fork(runner->pool);
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        end_if_there(runner, i, AC_END_ALONE);
    }
    ac_thread_pool_restore_cpus(runner->pool);
    ac_thread_pool_delete(runner->pool);
    runner->pool = NULL;
}
