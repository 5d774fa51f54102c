// SPDX-License-Identifier: MIT
// Runs the probes in the processes of a child and takes note of how they end.
#include "child/process.h"

#include "probe/measure_end.h"

#include <stdio.h>

/* Of CPU time, for a call: those of one function that never returns are several. */
enum { CALL_MS = 1000 };

/* Runs the probes from `at` on in a fresh process, until one ends it or they are done. */
static enum ac_child_wait run_probes(struct ac_child *child, int *status) {
    struct ac_probing *probing = &child->shared->probing;
    ac_child_renew(child);
    child->shared->request = (struct ac_child_request){.kind = AC_CHILD_PROBES};
    probing->step = (struct ac_probe_step){.running = 0};
    probing->in_misuse = 0;
    probing->fatal[0] = '\0';
    return ac_child_exchange(child, status);
}

/* The probe that runs ended its process, or did not return. False: it is not to blame. */
static bool note_end(struct ac_child *child, enum ac_child_wait wait, int status) {
    struct ac_probing *probing = &child->shared->probing;
    if (wait == AC_WAIT_ENDED) {
        ac_child_forget_process(child);
    } else {
        ac_child_end_process(child);
    }
    if (child->shared->broken || wait == AC_WAIT_NO_PROCESS) {
        return false;
    }
    if (wait != AC_WAIT_FULL) { /* reaching the memory limit is no fault of a call */
        ac_note_end(probing, wait == AC_WAIT_ENDED ? &status : NULL, child->output);
    }
    probing->at++;
    return true;
}

static bool measure(struct ac_child *child) {
    while (child->shared->probing.at < ac_probe_count()) {
        int status = 0;
        const enum ac_child_wait wait = run_probes(child, &status);
        if (wait != AC_WAIT_REPLY && !note_end(child, wait, status)) {
            return false;
        }
    }
    return true;
}

bool ac_measure(const struct ac_target *target, enum ac_measure_depth depth,
                struct ac_measured *measured, char *trouble, size_t capacity) {
    const struct ac_child_options options = {
        .target = *target, .oracles = AC_ALL_ORACLES, .call_ms = CALL_MS};
    struct ac_child *child = ac_child_new(&options);
    if (child == NULL) {
        snprintf(trouble, capacity, "no memory for a child process");
        return false;
    }
    child->shared->probing = (struct ac_probing){.depth = depth};
    const bool done = measure(child);
    if (done) {
        *measured = child->shared->probing.measured;
    } else {
        snprintf(trouble, capacity, "%s", ac_child_trouble(child));
    }
    ac_child_delete(child);
    return done;
}
