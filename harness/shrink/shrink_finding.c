// SPDX-License-Identifier: MIT
// From a program that shows a finding to the simplest that shows the same: measured, shrunk,
// verified.
#include "reduction.h"

#include "ops.h"
#include "reproduce.h"

#include "allocheck/measure.h"

#include <stdio.h>

enum { CANDIDATES_PER_JOB = 3 };

/* --- time --- */

/* When the search must end, so that its result can be verified; 0: never. */
static uint64_t search_end_ms(const struct reduction *reduction) {
    return reduction->end_ms == 0 ? 0 : reduction->end_ms - reduction_reserve_ms(reduction);
}

static bool is_late(const struct reduction *reduction) {
    return reduction->end_ms != 0 && shrink_now_ms() >= search_end_ms(reduction);
}

static bool goes_on(void *ctx) {
    struct reduction *reduction = ctx;
    const struct shrink_task *task = reduction->task;
    if (task->tick != NULL)
        task->tick(task->ctx, &reduction->progress);
    if (is_late(reduction) || (task->stop != NULL && task->stop(task->ctx)))
        reduction->outcome->stopped = true;
    return !reduction->outcome->stopped;
}

/* --- shrinking --- */

static size_t check_candidates(void *ctx, const struct ac_program *const *candidates,
                               size_t count) {
    struct reduction *reduction = ctx;
    const size_t first = checkers_check(reduction->checkers, candidates, count, goes_on, reduction);
    if (first <= count)
        reduction->progress.tries += first + (first < count);
    return first;
}

static bool is_over(void *ctx) {
    return !goes_on(ctx);
}

static void note_taken(void *ctx, const struct ac_program *best) {
    struct reduction *reduction = ctx;
    reduction->progress.best = best;
    trail_add(&reduction->trail, best);
}

/* State that a process keeps could make the next program fail. */
static bool keeps_state(const struct ac_target *target) {
    return target->library != NULL || target->allocator->open == NULL;
}

/* A race needs processors for its own threads. */
static unsigned jobs_of(const struct reduction *reduction) {
    const unsigned jobs =
        reduction_is_race(reduction) ? reduction->task->jobs / 2 : reduction->task->jobs;
    return jobs > 0 ? jobs : 1;
}

static bool run_passes(struct reduction *reduction, struct ac_program *program,
                       struct ac_shrunk *shrunk) {
    const unsigned jobs = jobs_of(reduction);
    const struct ac_shrink_options options = {
        .plan = {.boundaries = reduction->task->boundaries != NULL ? reduction->task->boundaries
                                                                   : &reduction->learned,
                 .last_op = reduction->last_op},
        .batch = jobs > 1 ? (size_t)jobs * CANDIDATES_PER_JOB : 1,
        .max_tries = reduction->task->most_tries,
        .check = check_candidates,
        .stop = is_over,
        .taken = note_taken,
        .ctx = reduction};
    reduction->progress.best = program;
    reduction->predicate.end_ms = search_end_ms(reduction);
    /* A pass may replace one op by two. */
    reduction->checkers = checkers_new(&reduction->predicate, 2 * program->count);
    if (reduction->checkers == NULL)
        return false;
    const bool done = ac_shrink(program, &options, shrunk) && !checkers_failed(reduction->checkers);
    checkers_delete(reduction->checkers);
    reduction->progress.best = program;
    return done;
}

static bool search(struct reduction *reduction, struct ac_program *program) {
    struct shrink_outcome *outcome = reduction->outcome;
    struct ac_shrunk shrunk = {.tries = 0};
    const bool done = run_passes(reduction, program, &shrunk);
    outcome->tries += shrunk.tries;
    outcome->stopped |= shrunk.tries == reduction->task->most_tries && shrunk.tries != 0;
    outcome->minimal = done && shrunk.minimal && !outcome->stopped;
    if (!done) {
        snprintf(outcome->trouble, sizeof outcome->trouble,
                 "out of memory, or no process can be started");
    }
    return done;
}

/* A candidate of a race may have been rejected by chance, or have needed more rounds than the
 * original program: what is left is searched once more. A careful search has these rounds. */
static bool search_twice(struct reduction *reduction, struct ac_program *program, bool careful) {
    if (!search(reduction, program))
        return false;
    if (!reduction_is_race(reduction) || reduction->outcome->stopped)
        return true;
    if (!careful)
        reproduce_raise_rounds(&reduction->predicate);
    return search(reduction, program);
}

/* First with short calls and as few processes as possible; `careful`: with full time, in fresh
 * processes. */
static bool shrink(struct reduction *reduction, struct ac_program *program, bool careful) {
    reduction->predicate.fresh =
        careful || reduction_is_race(reduction) || keeps_state(&reduction->task->child.target);
    reduction->predicate.call_ms = careful && !reduction_is_race(reduction)
                                       ? reduction->task->child.call_ms
                                       : reduction_call_ms(reduction);
    if (careful && reduction_is_race(reduction))
        reduction_be_careful(reduction);
    return search_twice(reduction, program, careful);
}

/* --- verifying --- */

static bool shows(void *ctx, const struct ac_program *program) {
    return reduction_verify(ctx, program);
}

/* A search that ended early did not come to that; one of a race may have rejected it. */
static void renumber(const struct reduction *reduction, struct ac_program *program) {
    if (reduction_is_race(reduction) || reduction->outcome->stopped) {
        program_renumber_threads(program);
        program_renumber_slots(program);
    }
}

/* Replaces `program` by the simplest one that shows the finding reliably: the result of a search,
 * or one that the search took on the way. */
static enum shrink_end attempt(struct reduction *reduction, struct ac_program *program,
                               bool careful) {
    struct ac_program result;
    ac_program_init(&result);
    bool done = ac_program_copy(&result, program) && shrink(reduction, &result, careful);
    if (done) {
        renumber(reduction, &result);
        reduction->verified = reduction_verify(reduction, &result);
        const struct ac_program *best =
            reduction->verified ? &result : trail_last(&reduction->trail, shows, reduction);
        done = best == NULL || ac_program_copy(program, best);
    }
    trail_clear(&reduction->trail);
    ac_program_destroy(&result);
    return done ? SHRINK_DONE : SHRINK_TROUBLE;
}

static enum shrink_end shrink_and_verify(struct reduction *reduction, struct ac_program *program) {
    enum shrink_end end = attempt(reduction, program, false);
    if (end == SHRINK_DONE && !reduction->verified && !reduction->outcome->stopped)
        end = attempt(reduction, program, true);
    reduction->outcome->minimal = reduction->outcome->minimal && reduction->verified;
    return end;
}

static void learn_boundaries(struct reduction *reduction) {
    char trouble[AC_LIBRARY_ERROR];
    struct ac_measurement measured;
    if (reduction->task->boundaries == NULL &&
        ac_measure(&reduction->task->child.target,
                   &(struct ac_measure_options){.depth = AC_MEASURE_BOUNDARIES}, &measured, trouble,
                   sizeof trouble))
        reduction->learned = measured.boundaries;
}

enum shrink_end shrink_finding(struct ac_program *program, const struct shrink_task *task,
                               struct shrink_outcome *outcome) {
    *outcome = (struct shrink_outcome){.before = ac_program_measure(program)};
    struct reduction reduction = {.task = task,
                                  .outcome = outcome,
                                  .predicate = {.task = task,
                                                .call_ms = task->child.call_ms,
                                                .runs = 1,
                                                .needed = 1,
                                                .race = reduction_race_options(task)},
                                  .progress = {.best = program, .ops = program->count},
                                  .start_ms = shrink_now_ms()};
    if (task->most_ms != 0)
        reduction.end_ms = reduction.predicate.end_ms = reduction.start_ms + task->most_ms;
    enum shrink_end end = reduction_measure(&reduction, program);
    if (end == SHRINK_DONE) {
        learn_boundaries(&reduction);
        end = shrink_and_verify(&reduction, program);
    }
    outcome->after = ac_program_measure(program);
    outcome->seconds = (double)(shrink_now_ms() - reduction.start_ms) / 1000;
    return end;
}
