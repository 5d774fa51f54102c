// SPDX-License-Identifier: MIT
// The ops that a race runs, and how: most like any run, on the runner of their thread.
#include "race.h"

#include "run/check.h"
#include "run/ops.h"
#include "run/step.h"

static void check_all(struct ac_racer *racer) {
    ac_check_all_content(&racer->runner);
}

static void refuse(struct ac_racer *racer) {
    struct ac_runner *runner = &racer->runner;
    if (racer->race->runner->heap.source == NULL) {
        runner->report->counts.not_offered++;
    } else if (runner->profile->exhaustion_ends_process) {
        runner->report->counts.cut++;
    } else {
        ac_race_refuse(racer->race, ac_resolve_operand(runner, ac_this_op(runner)->a));
    }
}

/* The thread ends after the step (race_thread.c). */
static void exit_thread(struct ac_racer *racer) {
    (void)racer;
}

/* The end of a round is the end of the program. */
static void free_at_exit(struct ac_racer *racer) {
    if (racer->race->has_key) {
        ac_do_free_at_exit(&racer->runner);
    } else {
        racer->runner.report->counts.cut++;
    }
}

static void allocate(struct ac_racer *racer) {
    ac_do_allocate(&racer->runner);
}

static void resize(struct ac_racer *racer) {
    ac_do_resize(&racer->runner);
}

static void release(struct ac_racer *racer) {
    ac_do_free(&racer->runner);
}

static void examine(struct ac_racer *racer) {
    ac_do_examine(&racer->runner);
}

static void free_every(struct ac_racer *racer) {
    ac_do_free_every(&racer->runner);
}

static void largest(struct ac_racer *racer) {
    ac_do_largest(&racer->runner);
}

/* While other threads may be in calls; in the child no thread holds the page source. */
static void fork_now(struct ac_racer *racer) {
    ac_do_fork(&racer->runner);
}

static void trim(struct ac_racer *racer) {
    ac_do_pages(&racer->runner);
}

/* NULL: skipped. */
static void (*const actions[AC_OP_KINDS])(struct ac_racer *) = {
    [AC_OP_MALLOC] = allocate,
    [AC_OP_CALLOC] = allocate,
    [AC_OP_REALLOC] = resize,
    [AC_OP_REALLOCARRAY] = resize,
    [AC_OP_FREE] = release,
    [AC_OP_FREE_SIZED] = release,
    [AC_OP_FREE_ALIGNED_SIZED] = release,
    [AC_OP_ALIGNED_ALLOC] = allocate,
    [AC_OP_POSIX_MEMALIGN] = allocate,
    [AC_OP_MEMALIGN] = allocate,
    [AC_OP_USABLE] = examine,
    [AC_OP_FILL] = examine,
    [AC_OP_CHECK] = examine,
    [AC_OP_CHECK_ALL] = check_all,
    [AC_OP_FREE_EVERY] = free_every,
    [AC_OP_LARGEST] = largest,
    [AC_OP_REFUSE] = refuse,
    [AC_OP_TRIM] = trim,
    [AC_OP_EXIT] = exit_thread,
    [AC_OP_FREE_AT_EXIT] = free_at_exit,
    [AC_OP_FORK] = fork_now,
};

bool ac_race_runs_op(const struct ac_op *op) {
    return actions[op->kind] != NULL;
}

void ac_race_do_op(struct ac_racer *racer) {
    actions[ac_this_op(&racer->runner)->kind](racer);
    racer->runner.report->counts.ops++;
}
