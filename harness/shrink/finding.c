// SPDX-License-Identifier: MIT
// From a program that shows something to the simplest that shows the same: looked at first, shrunk,
// looked at again.
#define _GNU_SOURCE /* clock_gettime */
#include "search.h"

#include "allocheck/measure.h"

#include <stdio.h>
#include <time.h>

enum { BATCH_A_JOB = 3 };

/* --- time --- */

static uint64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static bool is_late(const struct search *search) {
    const uint64_t most = search->task->most_ms;
    return most != 0 && now_ms() - search->start_ms >= most;
}

/* For children: what is left for all that they are asked; 0: no bound. */
static uint64_t left_ms(const struct search *search) {
    const uint64_t most = search->task->most_ms, spent = now_ms() - search->start_ms;
    if (most == 0) {
        return 0;
    }
    return spent < most ? most - spent : 1;
}

static bool goes_on(void *ctx) {
    struct search *search = ctx;
    const struct shrink_task *task = search->task;
    if (task->tick != NULL) {
        task->tick(task->ctx, &search->progress);
    }
    if (is_late(search) || (task->stop != NULL && task->stop(task->ctx))) {
        search->outcome->stopped = true;
    }
    return !search->outcome->stopped;
}

/* --- shrinking --- */

static size_t check(void *ctx, const struct ac_program *const *candidates, size_t count) {
    struct search *search = ctx;
    const size_t first = team_check(search->team, candidates, count, goes_on, search);
    if (first <= count) {
        search->progress.tries += first + (first < count);
    }
    return first;
}

static bool is_over(void *ctx) {
    return !goes_on(ctx);
}

static void taken(void *ctx, const struct ac_program *best) {
    struct search *search = ctx;
    search->progress.best = best;
}

/* What one process keeps from one program to the next could be what the next one shows. */
static bool keeps_state(const struct ac_target *target) {
    return target->library != NULL || target->allocator->open == NULL;
}

/* The threads of a race are to run at the same time. */
static unsigned jobs_of(const struct search *search) {
    const unsigned jobs = search_is_race(search) ? search->task->jobs / 2 : search->task->jobs;
    return jobs > 0 ? jobs : 1;
}

static bool shrink(struct search *search, struct ac_program *program, struct ac_shrunk *shrunk) {
    const unsigned jobs = jobs_of(search);
    const struct ac_shrink_options options = {
        .plan = {.boundaries =
                     search->task->boundaries != NULL ? search->task->boundaries : &search->learned,
                 .last_op = search->last_op},
        .batch = jobs > 1 ? (size_t)jobs * BATCH_A_JOB : 1,
        .check = check,
        .stop = is_over,
        .taken = taken,
        .ctx = search};
    search->progress.best = program;
    search->check.left_ms = left_ms(search);
    /* One that repeats may become two, one that asks for most two. */
    search->team = team_new(&search->check, 2 * program->count);
    if (search->team == NULL) {
        return false;
    }
    const bool done = ac_shrink(program, &options, shrunk) && !team_failed(search->team);
    team_delete(search->team);
    search->progress.best = program;
    return done;
}

/* With little time for each call and as few processes as will do, or, `careful', with all. */
static bool try_to_shrink(struct search *search, struct ac_program *program, bool careful) {
    struct shrink_outcome *outcome = search->outcome;
    struct ac_shrunk shrunk = {.tries = 0};
    search->check.fresh = careful || search_is_race(search) || keeps_state(&search->task->target);
    search->check.call_ms =
        careful && !search_is_race(search) ? search->task->call_ms : search_call_ms(search);
    if (careful && search_is_race(search)) {
        search_take_care(search);
    }
    const bool done = shrink(search, program, &shrunk);
    outcome->tries += shrunk.tries;
    outcome->minimal = done && shrunk.minimal && !outcome->stopped;
    if (!done) {
        snprintf(outcome->trouble, sizeof outcome->trouble,
                 "no memory for candidates, or no processes");
    }
    return done;
}

static enum shrink_end shrink_shown(struct search *search, struct ac_program *program) {
    struct ac_program shorter;
    enum shrink_end end = SHRINK_DONE;
    bool shows = false;
    ac_program_init(&shorter);
    for (int careful = 0; careful <= 1 && !shows && !search->outcome->stopped; careful++) {
        if (!ac_program_copy(&shorter, program) || !try_to_shrink(search, &shorter, careful)) {
            end = SHRINK_TROUBLE;
            break;
        }
        shows = search_look_at_rest(search, &shorter);
    }
    if (shows && !ac_program_copy(program, &shorter)) {
        end = SHRINK_TROUBLE;
    }
    search->outcome->minimal = search->outcome->minimal && shows;
    ac_program_destroy(&shorter);
    return end;
}

static void learn_boundaries(struct search *search) {
    char trouble[AC_LIBRARY_ERROR];
    struct ac_measured measured;
    if (search->task->boundaries == NULL && ac_measure(&search->task->target, AC_MEASURE_BOUNDARIES,
                                                       &measured, trouble, sizeof trouble)) {
        search->learned = measured.boundaries;
    }
}

enum shrink_end shrink_finding(struct ac_program *program, const struct shrink_task *task,
                               struct shrink_outcome *outcome) {
    *outcome = (struct shrink_outcome){.before = ac_program_measure(program)};
    struct search search = {.task = task,
                            .outcome = outcome,
                            .check = {.task = task,
                                      .call_ms = task->call_ms,
                                      .runs = 1,
                                      .needed = 1,
                                      .race = search_race_of(task)},
                            .progress = {.best = program, .ops = program->count},
                            .start_ms = now_ms()};
    search.check.left_ms = left_ms(&search);
    enum shrink_end end = search_look(&search, program);
    if (end == SHRINK_DONE) {
        learn_boundaries(&search);
        end = shrink_shown(&search, program);
    }
    outcome->after = ac_program_measure(program);
    outcome->seconds = (double)(now_ms() - search.start_ms) / 1000;
    return end;
}
