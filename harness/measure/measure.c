// SPDX-License-Identifier: MIT
// Runs the probes in the processes of a child and takes note of how they end.
#include "child/child_private.h"

#include "probe/measure_end.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Of CPU time, for a call: those of one function that never returns are several. */
enum { CALL_MS = 1000 };

/* A process that is fresh: what a probe meets is not what others left. */
static bool start_process(struct ac_child *child) {
    ac_child_renew(child);
    if (!ac_child_start_process(child)) {
        return false;
    }
    ac_child_empty_output(child);
    child->shared->progress.in_call = 0;
    child->shared->request = (struct ac_child_request){.probes = true};
    struct ac_probing *probing = &child->shared->probing;
    probing->step = (struct ac_probe_step){.running = 0};
    probing->in_misuse = 0;
    probing->fatal[0] = '\0';
    return send(child->link, "?", 1, MSG_NOSIGNAL) == 1;
}

/* The probe that runs ended its process, or did not return. False: it is not to blame. */
static bool note_end(struct ac_child *child, enum ac_child_wait wait, int status) {
    struct ac_probing *probing = &child->shared->probing;
    if (wait == AC_WAIT_ENDED) {
        ac_child_forget_process(child);
    } else {
        ac_child_end_process(child);
    }
    if (child->shared->broken) {
        return false;
    }
    if (wait != AC_WAIT_FULL) { /* more memory than a process is given: no fault of a call */
        ac_note_end(probing, wait == AC_WAIT_ENDED ? &status : NULL, child->output);
    }
    probing->at++;
    return true;
}

static bool measure(struct ac_child *child) {
    while (child->shared->probing.at < ac_probe_count()) {
        int status = 0;
        if (!start_process(child)) {
            return false;
        }
        const enum ac_child_wait wait = ac_child_wait(child, &status);
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
