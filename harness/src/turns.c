// SPDX-License-Identifier: MIT
// Which thread runs. Each is in its own loop over the ops (frames.c) and hands over where the next
// op is another's; so every thread has frames of its own, and one of them runs at a time.
#include "runner.h"

#include "crew.h"

/* Ends of threads are the main one's doing, whoever is named. */
static unsigned thread_of(const struct ac_op *op) {
    return op->kind == AC_OP_EXIT ? 0 : op->thread;
}

static unsigned whose_turn(struct ac_runner *runner) {
    if (runner->leaving != 0) {
        return runner->leaving;
    }
    return ac_goes_on(runner) ? thread_of(ac_this_op(runner)) : 0;
}

/* A fatal text in a legal call ends the work where it is. */
static void work(void *ctx, unsigned thread) {
    struct ac_runner *runner = ctx;
    runner->threads[thread].catches = true;
    if (setjmp(runner->threads[thread].end) == 0) {
        runner->work(runner);
    } else {
        ac_false_alarm(runner);
        runner->threads[thread].depth = 0;
    }
    runner->threads[thread].catches = runner->threads[thread].works = false;
    runner->thread = 0;
}

/* False: there is no such thread, and none can be had. */
static bool is_ready(struct ac_runner *runner, unsigned thread) {
    if (thread == 0) {
        return true;
    }
    if (runner->crew == NULL) {
        runner->crew =
            ac_crew_new(&(struct ac_crew_tasks){.ctx = runner, .work = work, .pass = ac_exit_pass});
    }
    if (runner->crew == NULL) {
        return false;
    }
    if (!runner->gathered) {
        ac_crew_gather(runner->crew);
        runner->gathered = true;
    }
    return ac_crew_start(runner->crew, thread);
}

static void hand_over(struct ac_runner *runner, unsigned to) {
    const unsigned from = runner->thread;
    runner->thread = to;
    runner->threads[to].used = runner->threads[to].works = true;
    ac_crew_hand_over(runner->crew, from, to);
}

static void skip_op(struct ac_runner *runner) {
    if (ac_step(runner)) {
        runner->report->counts.cut++;
        ac_step_done(runner);
    }
}

bool ac_turn(struct ac_runner *runner) {
    for (unsigned next; (next = whose_turn(runner)) != runner->thread;) {
        if (is_ready(runner, next)) {
            hand_over(runner, next);
        } else {
            skip_op(runner);
        }
    }
    return runner->leaving == 0 && ac_step(runner);
}

void ac_let_work(struct ac_runner *runner, unsigned thread,
                 void (*does)(struct ac_runner *runner)) {
    void (*const before)(struct ac_runner *) = runner->work;
    runner->work = does;
    hand_over(runner, thread);
    runner->work = before;
}

void ac_leave_frames(struct ac_runner *runner, unsigned thread) {
    if (runner->threads[thread].works) {
        runner->leaving = thread;
        hand_over(runner, thread);
        runner->leaving = 0;
    }
}

void ac_leave_all_frames(struct ac_runner *runner) {
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        ac_leave_frames(runner, i);
    }
}

/* Nobody may touch an instance that was abandoned: its threads end without their destructors. */
static void end_those_of_abandoned(struct ac_runner *runner) {
    const bool abandoned = runner->report->found || runner->spoilt;
    for (unsigned i = 1; abandoned && runner->heap != NULL && i < AC_MAX_THREADS; i++) {
        if (runner->threads[i].used && ac_crew_has(runner->crew, i)) {
            ac_crew_end(runner->crew, i, AC_END_FORGETTING);
        }
    }
}

void ac_settle_threads(struct ac_runner *runner) {
    runner->thread = 0;
    if (runner->gathered) {
        ac_leave_all_frames(runner);
        end_those_of_abandoned(runner);
        ac_crew_scatter(runner->crew);
        runner->gathered = false;
    }
}
