// SPDX-License-Identifier: MIT
// From a program that shows something to the simplest that shows the same: looked at first, shrunk,
// looked at again.
#define _GNU_SOURCE /* clock_gettime */
#include "look.h"
#include "team.h"

#include "allocheck/measure.h"

#include <stdio.h>
#include <time.h>

enum {
    LOOKS = 3,       /* runs of the program given; where not all are alike, */
    MORE_LOOKS = 10, /* so many */
    MOST_ROUNDS = 12,
    MISSED_PERCENT = 5, /* of the candidates that hold: these are not seen to */
    /* Milliseconds of CPU time that a call of a candidate may take: hangs that are not looked for
     * are rare, those that are cost this twice, each time. */
    CALL_MS = 500,
    HANG_CALL_MS = 10,
    BATCH_A_JOB = 3,
};

struct search {
    const struct shrink_task *task;
    struct shrink_outcome *outcome;
    struct judge judge; /* of candidates */
    struct team *team;
    struct ac_borders learned;
    struct shrink_progress progress;
    size_t last_op;
    uint64_t start_ms;
};

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

/* --- looking --- */

static bool is_hang(const struct search *search) {
    return search->judge.wanted.oracle == AC_ORACLE_LIVENESS;
}

/* How often a candidate is run so that few which hold are missed. */
static unsigned rounds_for(const struct look *look) {
    const double missed_once = 1 - (double)look->shown / look->runs;
    double missed = missed_once * 100;
    unsigned rounds = 1;
    while (missed > MISSED_PERCENT && rounds < MOST_ROUNDS) {
        missed *= missed_once;
        rounds++;
    }
    return rounds;
}

/* What it shows, and whether always. A hang is waited for in full once: others are told by less. */
static enum shrink_end look(struct search *search, const struct ac_program *program) {
    struct shrink_outcome *outcome = search->outcome;
    struct look look = {0};
    if (!look_for_any(&search->judge, program, LOOKS, &look, outcome->trouble,
                      sizeof outcome->trouble)) {
        return SHRINK_TROUBLE;
    }
    if (look.shown == 0) {
        return SHRINK_NO_FINDING;
    }
    bool done = is_hang(search) || look_again(&search->judge, program, LOOKS, &look);
    if (look.shown < look.runs) {
        done = look_again(&search->judge, program, MORE_LOOKS, &look);
    }
    search->judge.rounds = rounds_for(&look);
    search->last_op = look.finding.op;
    outcome->finding = look.finding;
    outcome->replay = search->judge.replay;
    outcome->shown = look.shown;
    outcome->runs = look.runs;
    return done ? SHRINK_DONE : SHRINK_TROUBLE;
}

/* True when what is left shows it as the program given did, with all its time. */
static bool look_at_rest(struct search *search, const struct ac_program *rest) {
    struct shrink_outcome *outcome = search->outcome;
    struct judge judge = search->judge;
    struct look look = {0};
    const bool flaky = shrink_is_flaky(outcome);
    judge.call_ms = search->task->call_ms;
    judge.left_ms = 0;
    if (!look_again(&judge, rest, is_hang(search) ? 1 : flaky ? MORE_LOOKS : LOOKS, &look)) {
        return false;
    }
    const bool shows = flaky ? look.shown > 0 : look.shown == look.runs;
    if (shows) {
        outcome->finding = look.finding;
        outcome->shown_left = look.shown;
        outcome->runs_left = look.runs;
    }
    return shows;
}

/* --- shrinking --- */

static size_t judge(void *ctx, const struct ac_program *const *candidates, size_t count) {
    struct search *search = ctx;
    const size_t first = team_judge(search->team, candidates, count, goes_on, search);
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

static uint32_t call_ms_of(const struct search *search) {
    const uint32_t wanted = search->task->call_ms;
    const uint32_t mine = is_hang(search) ? HANG_CALL_MS : CALL_MS;
    return wanted != 0 && wanted < mine ? wanted : mine;
}

/* What one process keeps from one program to the next could be what the next one shows. */
static bool keeps_state(const struct ac_subject *subject) {
    return subject->library != NULL || subject->allocator->open == NULL;
}

static bool shrink(struct search *search, struct ac_program *program, struct ac_shrunk *shrunk) {
    const unsigned jobs = search->task->jobs > 0 ? search->task->jobs : 1;
    const struct ac_shrink_options options = {.plan = {.borders = search->task->borders != NULL
                                                                      ? search->task->borders
                                                                      : &search->learned,
                                                       .last_op = search->last_op},
                                              .batch = jobs > 1 ? (size_t)jobs * BATCH_A_JOB : 1,
                                              .judge = judge,
                                              .stop = is_over,
                                              .taken = taken,
                                              .ctx = search};
    search->progress.best = program;
    search->judge.left_ms = left_ms(search);
    /* One that repeats may become two, one that asks for most two. */
    search->team = team_new(&search->judge, 2 * program->count);
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
    search->judge.fresh = careful || keeps_state(&search->task->subject);
    search->judge.call_ms = careful ? search->task->call_ms : call_ms_of(search);
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
        shows = look_at_rest(search, &shorter);
    }
    if (shows && !ac_program_copy(program, &shorter)) {
        end = SHRINK_TROUBLE;
    }
    search->outcome->minimal = search->outcome->minimal && shows;
    ac_program_destroy(&shorter);
    return end;
}

static void learn_borders(struct search *search) {
    char trouble[AC_LIBRARY_ERROR];
    struct ac_measured measured;
    if (search->task->borders == NULL && ac_measure(&search->task->subject, AC_MEASURE_BORDERS,
                                                    &measured, trouble, sizeof trouble)) {
        search->learned = measured.borders;
    }
}

enum shrink_end shrink_finding(struct ac_program *program, const struct shrink_task *task,
                               struct shrink_outcome *outcome) {
    *outcome = (struct shrink_outcome){.before = ac_program_measure(program)};
    struct search search = {.task = task,
                            .outcome = outcome,
                            .judge = {.task = task, .call_ms = task->call_ms, .rounds = 1},
                            .progress = {.best = program, .ops = program->count},
                            .start_ms = now_ms()};
    search.judge.left_ms = left_ms(&search);
    enum shrink_end end = look(&search, program);
    if (end == SHRINK_DONE) {
        learn_borders(&search);
        end = shrink_shown(&search, program);
    }
    outcome->after = ac_program_measure(program);
    outcome->seconds = (double)(now_ms() - search.start_ms) / 1000;
    return end;
}
