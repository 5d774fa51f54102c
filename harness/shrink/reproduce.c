// SPDX-License-Identifier: MIT
#include "reproduce.h"

#include <stdio.h>

static enum ac_child_end run_fresh(const struct predicate *predicate, struct ac_child *child,
                                   const struct ac_program *program, struct ac_report *report) {
    ac_child_renew(child);
    return predicate_run(predicate, child, program, report);
}

/* The inline oracles first: they take one run. */
static enum ac_child_end run_any(struct predicate *predicate, struct ac_child *child,
                                 const struct ac_program *program, struct ac_report *report) {
    predicate->replay = false;
    enum ac_child_end end = run_fresh(predicate, child, program, report);
    if (end == AC_CHILD_RAN && !report->found && predicate->task->race == NULL) {
        predicate->replay = true;
        end = run_fresh(predicate, child, program, report);
    }
    return end;
}

static bool is_any_wanted(const struct predicate *predicate, const struct ac_report *report) {
    const ac_oracle_set wanted = predicate->task->wanted;
    return report->found && (wanted == 0 || (wanted & AC_ORACLE_BIT(report->finding.oracle)) != 0);
}

bool reproduce_any(struct predicate *predicate, const struct ac_program *program, unsigned most,
                   struct reproduction *reproduction, char *trouble, size_t capacity) {
    struct ac_report report = {.found = false};
    enum ac_child_end end = AC_CHILD_RAN;
    struct ac_child *child = predicate_child(predicate);
    if (child == NULL) {
        snprintf(trouble, capacity, "out of memory for a child process");
        return false;
    }
    while (reproduction->runs < most && !is_any_wanted(predicate, &report) && end == AC_CHILD_RAN) {
        end = run_any(predicate, child, program, &report);
        reproduction->runs++;
    }
    if (end != AC_CHILD_RAN) {
        snprintf(trouble, capacity, "%s",
                 end == AC_CHILD_TIMEOUT ? "the time limit expired before it had run"
                                         : ac_child_trouble(child));
    } else if (is_any_wanted(predicate, &report)) {
        reproduction->shown = 1;
        reproduction->finding = report.finding;
        predicate->wanted = finding_kind_of(program, &report.finding);
    }
    ac_child_delete(child);
    return end == AC_CHILD_RAN;
}

static bool is_enough(const struct predicate *predicate, const struct reproduction *reproduction) {
    return predicate->enough_ms != 0 && reproduction->runs >= REPRODUCE_LEAST &&
           shrink_now_ms() >= predicate->enough_ms;
}

bool reproduce_again(const struct predicate *predicate, const struct ac_program *program,
                     unsigned runs, struct reproduction *reproduction) {
    struct ac_child *child = predicate_child(predicate);
    if (child == NULL)
        return false;
    for (; reproduction->runs < runs && !is_enough(predicate, reproduction); reproduction->runs++) {
        struct ac_report report;
        const enum ac_child_end end = run_fresh(predicate, child, program, &report);
        if (end == AC_CHILD_TIMEOUT)
            break;
        if (end == AC_CHILD_RAN && predicate_matches(predicate, program, &report)) {
            reproduction->finding = report.finding;
            reproduction->shown++;
        }
    }
    ac_child_delete(child);
    return true;
}

enum { ROUNDS_FACTOR = 4, LEAST_ROUNDS = 2 };

/* Candidates that do not hold cost all their rounds, so fewer rounds make shrinking faster. */
static bool lower_rounds(struct predicate *predicate, const struct ac_program *program,
                         unsigned runs) {
    struct predicate fewer = *predicate;
    while (predicate->race.rounds >= ROUNDS_FACTOR * LEAST_ROUNDS) {
        struct reproduction reproduction = {0};
        fewer.race.rounds = predicate->race.rounds / ROUNDS_FACTOR;
        if (!reproduce_again(&fewer, program, runs, &reproduction))
            return false;
        if (reproduction.shown < reproduction.runs || reproduction.runs < REPRODUCE_LEAST)
            return true;
        predicate->race.rounds = fewer.race.rounds;
    }
    return true;
}

bool reproduce_race(struct predicate *predicate, const struct ac_program *program, unsigned runs,
                    struct reproduction *reproduction) {
    return reproduce_again(predicate, program, runs, reproduction) &&
           (reproduction->shown < reproduction->runs || lower_rounds(predicate, program, runs));
}

void reproduce_raise_rounds(struct predicate *predicate) {
    const uint32_t wanted = predicate->task->race->rounds;
    const uint32_t most = wanted != 0 ? wanted : AC_RACE_ROUNDS;
    const uint64_t raised = (uint64_t)predicate->race.rounds * ROUNDS_FACTOR;
    predicate->race.rounds = raised < most ? (uint32_t)raised : most;
}
