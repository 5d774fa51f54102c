// SPDX-License-Identifier: MIT
// Which thread runs. Each is in its own loop over the ops (frames.c) and hands over where the next
// op is another's; so every thread has frames of its own, and one of them runs at a time.
#include "handover.h"

#include "check.h"
#include "frames.h"
#include "step.h"
#include "thread_end.h"

#include "thread_pool.h"

enum { PROGRAMS_ON_CPU = 32 };

/* Ends of threads are the main one's doing, whoever is named. */
static unsigned thread_of(const struct ac_op *op) {
    return op->kind == AC_OP_EXIT ? 0 : op->thread;
}

static unsigned whose_step(struct ac_runner *runner) {
    if (runner->handover.leaving != 0) {
        return runner->handover.leaving;
    }
    return ac_has_op(runner) ? thread_of(ac_this_op(runner)) : 0;
}

static void run_task(struct ac_runner *runner) {
    void (*const task)(struct ac_runner *) = runner->handover.task;
    runner->handover.task = NULL;
    task(runner);
}

/* A fatal text in a legal call ends the work where it is. */
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

/* False: there is no such thread, and none can be had. */
static bool is_ready(struct ac_runner *runner, unsigned thread) {
    if (thread == 0) {
        return true;
    }
    if (runner->handover.pool == NULL) {
        runner->handover.pool = ac_thread_pool_new(
            &(struct ac_thread_pool_tasks){.ctx = runner, .work = work, .pass = ac_exit_pass});
    }
    if (runner->handover.pool == NULL) {
        return false;
    }
    ac_thread_pool_share_cpu(runner->handover.pool);
    return ac_thread_pool_start(runner->handover.pool, thread);
}

/* Who waits may be sent on an task meanwhile. */
static void hand_over(struct ac_runner *runner, unsigned to) {
    const unsigned from = runner->thread;
    for (;;) {
        runner->thread = to;
        runner->threads[to].used = true;
        ac_thread_pool_pass_token(runner->handover.pool, from, to);
        if (runner->handover.task == NULL) {
            return;
        }
        run_task(runner);
        to = 0;
    }
}

static void skip_op(struct ac_runner *runner) {
    if (ac_begin_op(runner)) {
        runner->report->counts.cut++;
        ac_end_op(runner);
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
    return runner->handover.leaving == 0 && ac_begin_op(runner);
}

void ac_run_on_thread(struct ac_runner *runner, unsigned thread,
                      void (*task)(struct ac_runner *runner)) {
    runner->handover.task = task;
    hand_over(runner, thread);
}

void ac_end_ops_of(struct ac_runner *runner, unsigned thread) {
    if (ac_thread_pool_is_busy(runner->handover.pool, thread)) {
        runner->handover.leaving = thread;
        hand_over(runner, thread);
        runner->handover.leaving = 0;
    }
}

void ac_leave_all_frames(struct ac_runner *runner) {
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        if (runner->threads[i].depth != 0) {
            ac_end_ops_of(runner, i);
        }
    }
}

static void end_if_there(struct ac_runner *runner, unsigned thread, enum ac_thread_pool_end how) {
    ac_end_ops_of(runner, thread);
    if (ac_thread_pool_has(runner->handover.pool, thread)) {
        ac_thread_pool_end(runner->handover.pool, thread, how);
    }
}

/* Nobody may touch an instance that was abandoned: its threads end without their destructors. */
static void end_those_of_abandoned(struct ac_runner *runner) {
    const bool abandoned = runner->report->found || runner->corrupted;
    for (unsigned i = 1; abandoned && runner->heap.instance != NULL && i < AC_MAX_THREADS; i++) {
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
    if (!handed_over(runner) || ++runner->handover.programs_since_pin == PROGRAMS_ON_CPU) {
        ac_thread_pool_restore_cpus(runner->handover.pool);
        runner->handover.programs_since_pin = 0;
    }
}

void ac_unwind_threads(struct ac_runner *runner) {
    runner->thread = 0;
    runner->handover.task = NULL;
    if (runner->handover.pool != NULL) {
        ac_leave_all_frames(runner);
        end_those_of_abandoned(runner);
        part_now_and_then(runner);
    }
}

void ac_end_threads(struct ac_runner *runner) {
    if (runner->handover.pool == NULL) {
        return;
    }
    ac_thread_pool_notice_fork(runner->handover.pool);
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        end_if_there(runner, i, AC_END_ALONE);
    }
    ac_thread_pool_restore_cpus(runner->handover.pool);
    ac_thread_pool_delete(runner->handover.pool);
    runner->handover.pool = NULL;
}
