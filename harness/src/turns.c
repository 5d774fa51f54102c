// SPDX-License-Identifier: MIT
// Which thread runs. Each is in its own loop over the ops (frames.c) and hands over where the next
// op is another's; so every thread has frames of its own, and one of them runs at a time.
#include "runner.h"

#include "crew.h"

enum { PROGRAMS_GATHERED = 32 };

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

static void run_errand(struct ac_runner *runner) {
    void (*const errand)(struct ac_runner *) = runner->errand;
    runner->errand = NULL;
    errand(runner);
}

/* A fatal text in a legal call ends the work where it is. */
static void work(void *ctx, unsigned thread) {
    struct ac_runner *runner = ctx;
    runner->threads[thread].catches = true;
    if (setjmp(runner->threads[thread].end) != 0) {
        ac_false_alarm(runner);
        runner->threads[thread].depth = 0;
    } else if (runner->errand != NULL) {
        run_errand(runner);
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
    if (runner->crew == NULL) {
        runner->crew =
            ac_crew_new(&(struct ac_crew_tasks){.ctx = runner, .work = work, .pass = ac_exit_pass});
    }
    if (runner->crew == NULL) {
        return false;
    }
    ac_crew_gather(runner->crew);
    return ac_crew_start(runner->crew, thread);
}

/* Who waits may be sent on an errand meanwhile. */
static void hand_over(struct ac_runner *runner, unsigned to) {
    const unsigned from = runner->thread;
    for (;;) {
        runner->thread = to;
        runner->threads[to].used = true;
        ac_crew_hand_over(runner->crew, from, to);
        if (runner->errand == NULL) {
            return;
        }
        run_errand(runner);
        to = 0;
    }
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

void ac_send(struct ac_runner *runner, unsigned thread, void (*errand)(struct ac_runner *runner)) {
    runner->errand = errand;
    hand_over(runner, thread);
}

void ac_leave_ops(struct ac_runner *runner, unsigned thread) {
    if (ac_crew_is_busy(runner->crew, thread)) {
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

static void end_if_there(struct ac_runner *runner, unsigned thread, enum ac_crew_end how) {
    ac_leave_ops(runner, thread);
    if (ac_crew_has(runner->crew, thread)) {
        ac_crew_end(runner->crew, thread, how);
    }
}

/* Nobody may touch an instance that was abandoned: its threads end without their destructors. */
static void end_those_of_abandoned(struct ac_runner *runner) {
    const bool abandoned = runner->report->found || runner->spoilt;
    for (unsigned i = 1; abandoned && runner->heap != NULL && i < AC_MAX_THREADS; i++) {
        if (runner->threads[i].used) {
            end_if_there(runner, i, AC_END_FORGETTING);
        }
    }
}

static bool took_turns(const struct ac_runner *runner) {
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        if (runner->threads[i].used) {
            return true;
        }
    }
    return false;
}

/* Programs that take turns come in rows, and a CPU is theirs for some of them. */
static void part_now_and_then(struct ac_runner *runner) {
    if (!took_turns(runner) || ++runner->gathered == PROGRAMS_GATHERED) {
        ac_crew_scatter(runner->crew);
        runner->gathered = 0;
    }
}

void ac_settle_threads(struct ac_runner *runner) {
    runner->thread = 0;
    runner->errand = NULL;
    if (runner->crew != NULL) {
        ac_leave_all_frames(runner);
        end_those_of_abandoned(runner);
        part_now_and_then(runner);
    }
}

void ac_end_threads(struct ac_runner *runner) {
    if (runner->crew == NULL) {
        return;
    }
    ac_crew_notice_fork(runner->crew);
    for (unsigned i = 1; i < AC_MAX_THREADS; i++) {
        end_if_there(runner, i, AC_END_ALONE);
    }
    ac_crew_scatter(runner->crew);
    ac_crew_delete(runner->crew);
    runner->crew = NULL;
}
