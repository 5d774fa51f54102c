// SPDX-License-Identifier: MIT
// Runs the probes in processes of a child, and records how they end.
#include "child/process.h"

#include "probe/probe_end.h"

#include <stdio.h>

/* CPU time for a call. Short, because all calls of a function that hangs wait for it. */
enum { CALL_MS = 1000 };

/* Runs the probes from `at` on in a fresh process, until one ends it or they are done. */
static enum ac_child_wait run_probes(struct ac_child *child, int *status) {
    struct ac_probe_state *probe_state = &child->shared->probe_state;
    ac_child_renew(child);
    child->shared->request = (struct ac_child_request){.kind = AC_CHILD_PROBES};
    probe_state->pending = (struct ac_probe_pending){.legal = 0};
    probe_state->in_misuse = 0;
    probe_state->fatal[0] = '\0';
    return ac_child_exchange(child, status);
}

/* The current probe ended its process, or did not return. False: it is not to blame. */
static bool note_end(struct ac_child *child, enum ac_child_wait wait, int status) {
    struct ac_probe_state *probe_state = &child->shared->probe_state;
    if (wait == AC_WAIT_ENDED)
        ac_child_forget_process(child);
    else
        ac_child_end_process(child);
    if (child->shared->broken || wait == AC_WAIT_NO_PROCESS)
        return false;
    if (wait == AC_WAIT_OVERTIME) {
        probe_state->measured.unmeasured[probe_state->at] = 1;
    } else if (wait != AC_WAIT_FULL) { /* reaching the memory limit is no fault of a call */
        const struct ac_probe_end end = {.status = wait == AC_WAIT_ENDED ? &status : NULL,
                                         .output = child->output,
                                         .reported = child->shared->alarm.raised};
        ac_probe_note_end(probe_state, &end);
    }
    probe_state->at++;
    return true;
}

/* No time is left for the current probe and those after it. */
static void cut_rest(struct ac_child *child) {
    struct ac_probe_state *probe_state = &child->shared->probe_state;
    ac_child_end_process(child);
    for (; probe_state->at < ac_probe_count(); probe_state->at++)
        if (ac_probe_is_asked(probe_state->at, (enum ac_measure_depth)probe_state->depth))
            probe_state->measured.unmeasured[probe_state->at] = 1;
}

static bool measure(struct ac_child *child, struct ac_measure_progress *progress) {
    while (child->shared->probe_state.at < ac_probe_count()) {
        int status = 0;
        if (progress != NULL)
            *progress =
                (struct ac_measure_progress){child->shared->probe_state.at, ac_probe_count()};
        const enum ac_child_wait wait = run_probes(child, &status);
        if (wait == AC_WAIT_TIMEOUT)
            cut_rest(child);
        else if (wait != AC_WAIT_REPLY && !note_end(child, wait, status))
            return false;
    }
    return true;
}

bool ac_measure(const struct ac_target *target, const struct ac_measure_options *options,
                struct ac_measurement *measured, char *trouble, size_t capacity) {
    const struct ac_child_options child_options = {.target = *target,
                                                   .oracles = AC_ALL_ORACLES,
                                                   .call_ms = CALL_MS,
                                                   .program_ms = AC_PROBE_SECONDS * 1000,
                                                   .stop = options->stop};
    struct ac_child *child = ac_child_new(&child_options);
    if (child == NULL) {
        snprintf(trouble, capacity, "no memory for a child process");
        return false;
    }
    child->shared->probe_state = (struct ac_probe_state){.depth = options->depth};
    ac_child_timeout(child, options->most_ms != 0 ? options->most_ms : AC_MEASURE_SECONDS * 1000);
    const bool done = measure(child, options->progress);
    if (done)
        *measured = child->shared->probe_state.measured;
    else
        snprintf(trouble, capacity, "%s", ac_child_trouble(child));
    ac_child_delete(child);
    return done;
}
