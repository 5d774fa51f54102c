// SPDX-License-Identifier: MIT
// The original program and the result: what they show, and how often.
#include "reduction.h"
#include "reproduce.h"

enum {
    RUNS = 3,           /* of the original program; */
    MORE_RUNS = 10,     /* if they differ, this many, and of a race that is no hang */
    MOST_RUNS = 12,     /* of a candidate */
    MISSED_PERCENT = 5, /* of the candidates that hold may go unnoticed */
    CALL_MS = 500,      /* of a candidate's call; unwanted hangs are rare */
    FORK_MS = 100,      /* the same if the child of a fork may hang, which takes a while to start */
    HANG_CALL_MS = 10,  /* a wanted hang costs twice this for each candidate that holds */
    RACE_HANG_MS = 100, /* threads that make no progress may just wait for a processor */
    RACE_RUNS = 3,      /* of a candidate, if every run of the original shows the race; */
    RACE_NEEDED = 2,    /* this many must show it: a lucky hit is not enough */
    SURELY = 75,        /* percent of how often the original shows it: half of it is enough, but
                           what was seen is chance */
    PARTS = 6,          /* of the time, of which measuring a race and verifying take at most one */
    STOPPED_MS = 1000,  /* for verifying once a signal has asked for the end */
    SLOW_MS = 1000,     /* a run that takes longer waits for a call, or grows: it is not repeated */
};

/* Valid once the original program has shown its finding. */
static bool wants_hang(const struct reduction *reduction) {
    return reduction->predicate.wanted.oracle == AC_ORACLE_LIVENESS;
}

static bool is_slow(const struct reduction *reduction) {
    return reduction->run_ms > SLOW_MS;
}

/* Runs of a candidate so that few which hold are missed. */
static unsigned runs_for(const struct reproduction *reproduction) {
    const double missed_once = 1 - (double)reproduction->shown / reproduction->runs;
    double missed = missed_once * 100;
    unsigned runs = 1;
    while (missed > MISSED_PERCENT && runs < MOST_RUNS) {
        missed *= missed_once;
        runs++;
    }
    return runs;
}

/* Growth takes thousands of rounds. */
static bool wants_growth(const struct shrink_task *task) {
    return task->wanted == 0 || (task->wanted & AC_ORACLE_BIT(AC_ORACLE_NO_GROWTH)) != 0;
}

struct ac_race_options reduction_race_options(const struct shrink_task *task) {
    struct ac_race_options race = {.rounds = AC_RACE_ROUNDS};
    if (task->race != NULL) {
        race.seed = task->race->seed;
        race.rounds = task->race->rounds != 0 ? task->race->rounds : race.rounds;
        race.growth_rounds = wants_growth(task) ? task->race->growth_rounds : 0;
    }
    return race;
}

static bool measure_in_order(struct reduction *reduction, const struct ac_program *program,
                             struct reproduction *reproduction) {
    bool done = wants_hang(reduction) || is_slow(reduction) ||
                reproduce_again(&reduction->predicate, program, RUNS, reproduction);
    if (reproduction->shown < reproduction->runs)
        done = reproduce_again(&reduction->predicate, program, MORE_RUNS, reproduction);
    reduction->predicate.runs = runs_for(reproduction);
    return done;
}

/* When a part of the time is over that begins now; 0: never. */
static uint64_t end_of_part_ms(const struct reduction *reduction) {
    const uint64_t most = reduction->task->most_ms;
    return most == 0 ? 0 : shrink_now_ms() + most / PARTS;
}

static unsigned race_runs(const struct reduction *reduction) {
    return wants_hang(reduction) ? RUNS : MORE_RUNS;
}

static bool measure_race(struct reduction *reduction, const struct ac_program *program,
                         struct reproduction *reproduction) {
    struct predicate *predicate = &reduction->predicate;
    predicate->call_ms = wants_hang(reduction) ? RACE_HANG_MS : predicate->call_ms;
    predicate->enough_ms = end_of_part_ms(reduction);
    const bool done = reproduce_race(predicate, program, race_runs(reduction), reproduction);
    const bool always = reproduction->shown == reproduction->runs;
    predicate->runs = always ? RACE_RUNS : runs_for(reproduction);
    predicate->needed = always ? RACE_NEEDED : 1;
    return done;
}

/* Each run of a hang takes the full time of a call, several times; the child of a fork may hang,
 * too. */
static bool is_known_hang(const struct reduction *reduction) {
    const struct ac_finding *seen = reduction->task->seen;
    return seen != NULL && !reduction_is_race(reduction) &&
           (seen->oracle == AC_ORACLE_LIVENESS || seen->oracle == AC_ORACLE_FORK_SAFE);
}

static bool task_hangs_in_race(const struct shrink_task *task) {
    return task->race != NULL && task->seen != NULL && task->seen->oracle == AC_ORACLE_LIVENESS;
}

static void take_seen(struct reduction *reduction, const struct ac_program *program) {
    const struct shrink_task *task = reduction->task;
    struct shrink_outcome *outcome = reduction->outcome;
    reduction->predicate.wanted = finding_kind_of(program, task->seen);
    reduction->predicate.replay = outcome->replay = task->seen_in_replay;
    reduction->last_op = task->seen->op;
    outcome->finding = *task->seen;
    outcome->shown = outcome->shown_left = outcome->runs = outcome->runs_left = 1;
}

static void note_baseline(struct reduction *reduction, const struct reproduction *reproduction) {
    struct shrink_outcome *outcome = reduction->outcome;
    reduction->last_op = reproduction->finding.op;
    outcome->finding = reproduction->finding;
    outcome->replay = reduction->predicate.replay;
    outcome->shown = outcome->shown_left = reproduction->shown;
    outcome->runs = outcome->runs_left = reproduction->runs;
}

enum shrink_end reduction_measure(struct reduction *reduction, const struct ac_program *program) {
    struct shrink_outcome *outcome = reduction->outcome;
    struct reproduction reproduction = {0};
    const uint64_t start_ms = shrink_now_ms();
    if (is_known_hang(reduction)) {
        take_seen(reduction, program);
        return SHRINK_DONE;
    }
    reduction->predicate.waits_for_decay = true;
    if (task_hangs_in_race(reduction->task))
        reduction->predicate.call_ms = RACE_HANG_MS;
    if (!reproduce_any(&reduction->predicate, program,
                       reduction_is_race(reduction) ? MORE_RUNS : RUNS, &reproduction,
                       outcome->trouble, sizeof outcome->trouble))
        return SHRINK_TROUBLE;
    reduction->predicate.waits_for_decay = false;
    if (reproduction.shown == 0)
        return SHRINK_NO_FINDING;
    reduction->run_ms = (shrink_now_ms() - start_ms) / reproduction.runs;
    const bool done = reduction_is_race(reduction)
                          ? measure_race(reduction, program, &reproduction)
                          : measure_in_order(reduction, program, &reproduction);
    note_baseline(reduction, &reproduction);
    return done ? SHRINK_DONE : SHRINK_TROUBLE;
}

static bool is_racing_hang(const struct reduction *reduction) {
    return reduction_is_race(reduction) && wants_hang(reduction);
}

/* Growth that goes on after the decay of free memory is certain. */
static bool waits_for_growth(const struct reduction *reduction) {
    return reduction->predicate.wanted.oracle == AC_ORACLE_NO_GROWTH &&
           reduction->task->child.waits_for_decay;
}

static unsigned verifying_runs(const struct reduction *reduction) {
    if (reduction_is_race(reduction))
        return race_runs(reduction);
    if (wants_hang(reduction) || waits_for_growth(reduction) || is_slow(reduction))
        return 1;
    return shrink_is_flaky(reduction->outcome) ? MORE_RUNS : RUNS;
}

static bool shows_as_well(const struct reduction *reduction,
                          const struct reproduction *reproduction) {
    const struct shrink_outcome *outcome = reduction->outcome;
    if (reduction_is_race(reduction)) { /* half as often is enough */
        return reproduction->shown > 0 &&
               2 * reproduction->shown * outcome->runs >= outcome->shown * reproduction->runs;
    }
    return shrink_is_flaky(outcome) ? reproduction->shown > 0
                                    : reproduction->shown == reproduction->runs;
}

/* The search may have used up all time, or a signal may have ended it. */
static uint64_t verifying_end_ms(const struct reduction *reduction, bool interrupted) {
    const uint64_t soon = shrink_now_ms() + STOPPED_MS, end = reduction->end_ms;
    return interrupted && (end == 0 || end > soon) ? soon : end;
}

static bool was_checked_alone(const struct reduction *reduction) {
    return reduction->predicate.fresh && !reduction_is_race(reduction) &&
           !shrink_is_flaky(reduction->outcome);
}

uint64_t reduction_reserve_ms(const struct reduction *reduction) {
    const unsigned runs = was_checked_alone(reduction) ? 1 : verifying_runs(reduction);
    const uint64_t runs_ms = runs * reduction->run_ms, part_ms = reduction->task->most_ms / PARTS;
    const uint64_t few_ms = REPRODUCE_LEAST * reduction->run_ms;
    const uint64_t enough_ms = few_ms > part_ms ? few_ms : part_ms;
    const uint64_t wanted_ms = runs_ms < enough_ms ? runs_ms : enough_ms;
    const uint64_t most_ms = reduction->task->most_ms / 4; /* what is left mostly runs faster */
    return is_known_hang(reduction) ? 0 : wanted_ms < most_ms ? wanted_ms : most_ms;
}

bool reduction_verify(struct reduction *reduction, const struct ac_program *result) {
    const struct shrink_task *task = reduction->task;
    struct shrink_outcome *outcome = reduction->outcome;
    struct predicate predicate = reduction->predicate;
    struct reproduction reproduction = {0};
    if (is_known_hang(reduction))
        return true;
    predicate.call_ms = is_racing_hang(reduction) ? RACE_HANG_MS : task->child.call_ms;
    predicate.insists = task->stop != NULL && task->stop(task->ctx);
    predicate.end_ms = verifying_end_ms(reduction, predicate.insists);
    predicate.enough_ms = end_of_part_ms(reduction);
    predicate.waits_for_decay = true;
    if (reduction_is_race(reduction))
        predicate.race = reduction_race_options(task);
    if (!reproduce_again(&predicate, result, verifying_runs(reduction), &reproduction))
        return false;
    if (reproduction.runs == 0)
        return was_checked_alone(reduction);
    const bool shows = shows_as_well(reduction, &reproduction);
    if (shows) {
        outcome->finding = reproduction.finding;
        outcome->shown_left = reproduction.shown;
        outcome->runs_left = reproduction.runs;
    }
    return shows;
}

uint32_t reduction_call_ms(const struct reduction *reduction) {
    const uint32_t wanted = reduction->task->child.call_ms;
    const uint32_t hang = reduction_is_race(reduction) ? RACE_HANG_MS : HANG_CALL_MS;
    const bool forks = reduction->predicate.wanted.oracle == AC_ORACLE_FORK_SAFE;
    const uint32_t mine = wants_hang(reduction) ? hang : forks ? FORK_MS : CALL_MS;
    return wanted != 0 && wanted < mine ? wanted : mine;
}

void reduction_be_careful(struct reduction *reduction) {
    const struct shrink_outcome *outcome = reduction->outcome;
    reduction->predicate.more_runs = MORE_RUNS;
    reduction->predicate.more_needed =
        1 + MORE_RUNS * outcome->shown * SURELY / (outcome->runs * 100);
}
