// SPDX-License-Identifier: MIT
// Race runs in a child: what its threads leave where the parent looks, and what the parent makes of
// it.
#define _GNU_SOURCE /* sigaction */
#include "child_private.h"

#include <signal.h>

/* --- the child's side --- */

/* The default action follows, for the handler is gone. */
static void on_fatal_signal(int number) {
    ac_race_note_death();
    raise(number);
}

static void catch_signals(void) {
    static const int fatal[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP};
    struct sigaction action = {.sa_handler = on_fatal_signal, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) {
        sigaction(fatal[i], &action, NULL);
    }
}

void ac_child_run_race(struct ac_child *child, struct ac_runner *runner,
                       const struct ac_program *program, const struct ac_race_options *options,
                       struct ac_report *report) {
    struct ac_race_options watched = *options;
    watched.watch = &child->shared->race;
    catch_signals();
    ac_race(runner, program, &watched, report);
}

/* --- the parent's side --- */

static bool is_racing(const struct ac_child *child) {
    const struct ac_child_request *request = &child->shared->request;
    const bool races = request->races || (request->generated && request->campaign.race_rounds > 0);
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
    if (!race->found) {
        return false;
    }
    *finding = race->finding;
    return true;
}
