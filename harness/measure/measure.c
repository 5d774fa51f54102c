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
    if (wait != AC_WAIT_FULL) { /* reaching the memory limit is no fault of a call */
        const struct ac_probe_end end = {.status = wait == AC_WAIT_ENDED ? &status : NULL,
                                         .output = child->output,
                                         .reported = child->shared->alarm.raised};
        ac_probe_note_end(probe_state, &end);
    }
    probe_state->at++;
    return true;
}

static bool measure(struct ac_child *child) {
    while (child->shared->probe_state.at < ac_probe_count()) {
        int status = 0;
        const enum ac_child_wait wait = run_probes(child, &status);
        if (wait != AC_WAIT_REPLY && !note_end(child, wait, status))
            return false;
    }
    return true;
}

bool ac_measure(const struct ac_target *target, enum ac_measure_depth depth,
                struct ac_measurement *measured, char *trouble, size_t capacity) {
    const struct ac_child_options options = {
        .target = *target, .oracles = AC_ALL_ORACLES, .call_ms = CALL_MS};
    struct ac_child *child = ac_child_new(&options);
    if (child == NULL) {
        snprintf(trouble, capacity, "no memory for a child process");
        return false;
    }
    child->shared->probe_state = (struct ac_probe_state){.depth = depth};
    const bool done = measure(child);
    if (done)
        *measured = child->shared->probe_state.measured;
    else
        snprintf(trouble, capacity, "%s", ac_child_trouble(child));
    ac_child_delete(child);
    return done;
}
