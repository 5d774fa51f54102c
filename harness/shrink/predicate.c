// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* clock_gettime */
#include "predicate.h"

#include "allocheck/place.h"

#include <time.h>

uint64_t shrink_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

struct finding_kind finding_kind_of(const struct ac_program *program,
                                    const struct ac_finding *finding) {
    const bool anywhere = finding->oracle == AC_ORACLE_INTACT;
    return (struct finding_kind){finding->oracle,
                                 anywhere ? AC_PLACES : ac_place_of(program, finding)};
}

bool finding_kind_equal(struct finding_kind left, struct finding_kind right) {
    return left.oracle == right.oracle && left.place == right.place;
}

/* What several calls did, one of them does. */
static bool is_part(unsigned place, unsigned of) {
    switch (of) {
    case AC_OP_LARGEST:
        return place == AC_OP_MALLOC || place == AC_OP_FREE_EVERY || place == AC_OP_FREE;
    case AC_OP_FREE_EVERY:
        return place == AC_OP_FREE;
    default:
        return false;
    }
}

static bool shows_wanted(struct finding_kind shown, struct finding_kind wanted) {
    return finding_kind_equal(shown, wanted) ||
           (shown.oracle == wanted.oracle && is_part(shown.place, wanted.place));
}

/* For ac_child_timeout. */
static uint64_t left_ms(const struct predicate *predicate) {
    const uint64_t now = shrink_now_ms(), end = predicate->end_ms;
    return end == 0 ? 0 : end > now ? end - now : 1;
}

struct ac_child *predicate_child(const struct predicate *predicate) {
    struct ac_child_options options = predicate->task->child;
    options.call_ms = predicate->call_ms;
    options.stop = predicate->insists ? NULL : options.stop;
    options.waits_for_decay = predicate->waits_for_decay && options.waits_for_decay;
    struct ac_child *child = ac_child_new(&options);
    if (child != NULL)
        ac_child_timeout(child, left_ms(predicate));
    return child;
}

enum ac_child_end predicate_run(const struct predicate *predicate, struct ac_child *child,
                                const struct ac_program *program, struct ac_report *report) {
    if (predicate->fresh)
        ac_child_renew(child);
    if (predicate->task->race != NULL)
        return ac_child_race(child, program, &predicate->race, report);
    return predicate->replay ? ac_child_replay(child, program, report)
                             : ac_child_run(child, program, report);
}

bool predicate_matches(const struct predicate *predicate, const struct ac_program *program,
                       const struct ac_report *report) {
    if (!report->found)
        return false;
    return predicate->task->race != NULL || predicate->task->any_op
               ? report->finding.oracle == predicate->wanted.oracle
               : shows_wanted(finding_kind_of(program, &report->finding), predicate->wanted);
}

static bool shows(const struct predicate *predicate, struct ac_child *child,
                  const struct ac_program *program) {
    struct ac_report report;
    return predicate_run(predicate, child, program, &report) == AC_CHILD_RAN &&
           predicate_matches(predicate, program, &report);
}

/* Each run has another seed. */
static bool shows_often(struct predicate *varied, struct ac_child *child,
                        const struct ac_program *program, unsigned runs, unsigned needed) {
    unsigned missing = needed;
    for (unsigned left = runs; missing > 0 && left >= missing; left--) {
        missing -= shows(varied, child, program);
        varied->race.seed++;
    }
    return missing == 0;
}

bool predicate_holds(const struct predicate *predicate, struct ac_child *child,
                     const struct ac_program *program) {
    struct predicate varied = *predicate;
    if (predicate->task->race != NULL && !ac_race_is_spread(program))
        return false; /* one thread cannot race */
    return shows_often(&varied, child, program, predicate->runs, predicate->needed) &&
           shows_often(&varied, child, program, predicate->more_runs, predicate->more_needed);
}
