// SPDX-License-Identifier: MIT
// Race runs in a child: what its threads leave where the parent looks, and what the parent makes of
// it.
#include "child_private.h"

/* --- the child's side --- */

void ac_child_run_race(struct ac_child *child, struct ac_runner *runner,
                       const struct ac_program *program, const struct ac_race_options *options,
                       struct ac_report *report) {
    struct ac_race_options watched = *options;
    watched.watch = &child->shared->race;
    ac_run_race(runner, program, &watched, report);
}

/* --- the parent's side --- */

static bool is_racing(const struct ac_child *child) {
    const struct ac_child_request *request = &child->shared->request;
    const bool races = request->races || (request->generated && request->batch.race_rounds > 0);
    return races && child->shared->race.running;
}

/* The thread that a finding is about: the one that dies, else one that is in a call. */
static unsigned thread_of_interest(const struct ac_race_watch *race) {
    if (race->dying >= 1 && race->dying <= AC_MAX_THREADS) {
        return race->dying - 1;
    }
    unsigned thread = 0;
    while (thread < AC_MAX_THREADS - 1 && !race->thread[thread].in_call) {
        thread++;
    }
    return race->thread[thread].in_call ? thread : 0;
}

/* All threads make one long call, that goes on as long as any of them makes others. */
struct ac_progress ac_child_progress(const struct ac_child *child) {
    const struct ac_race_watch *race = &child->shared->race;
    if (!is_racing(child)) {
        return child->shared->progress;
    }
    struct ac_progress sum = race->thread[thread_of_interest(race)];
    sum.calls = sum.bytes = 0;
    for (unsigned i = 0; i < AC_MAX_THREADS; i++) {
        const struct ac_progress *one = &race->thread[i];
        sum.calls += one->calls;
        sum.bytes += one->in_call ? one->bytes : 0;
    }
    return sum;
}

bool ac_child_raced(const struct ac_child *child, struct ac_finding *finding) {
    const struct ac_race_watch *race = &child->shared->race;
    const bool explained = AC_RACES_REPORTED && child->shared->alarm.raised;
    if (!race->found || explained) {
        return false;
    }
    *finding = race->finding;
    return true;
}
