// SPDX-License-Identifier: MIT
// Which ops a race run carries out, and how: most as ever, on the model of their thread.
#include "race.h"

static void check_all(struct ac_racer *racer) {
    ac_verify_all(&racer->model);
}

static void refuse(struct ac_racer *racer) {
    struct ac_runner *model = &racer->model;
    if (racer->race->lead->source == NULL) {
        model->report->counts.not_offered++;
    } else if (model->profile->exhaustion_ends_process) {
        model->report->counts.cut++;
    } else {
        ac_race_refuse(racer->race, ac_resolve_operand(model, ac_this_op(model)->a));
    }
}

/* Ended by its thread once the step is done: see race_thread.c. */
static void exit_thread(struct ac_racer *racer) {
    (void)racer;
}

/* The end of the round is the end of the program. */
static void free_at_exit(struct ac_racer *racer) {
    if (racer->race->has_key) {
        ac_do_free_at_exit(&racer->model);
    } else {
        racer->model.report->counts.cut++;
    }
}

static void allocate(struct ac_racer *racer) {
    ac_do_allocate(&racer->model);
}

static void resize(struct ac_racer *racer) {
    ac_do_resize(&racer->model);
}

static void release(struct ac_racer *racer) {
    ac_do_free(&racer->model);
}

static void examine(struct ac_racer *racer) {
    ac_do_examine(&racer->model);
}

static void free_every(struct ac_racer *racer) {
    ac_do_free_every(&racer->model);
}

static void largest(struct ac_racer *racer) {
    ac_do_largest(&racer->model);
}

/* While other threads may be in calls; the page source is nobody's in the child. */
static void fork_now(struct ac_racer *racer) {
    ac_do_fork(&racer->model);
}

static void trim(struct ac_racer *racer) {
    ac_do_source(&racer->model);
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

bool ac_race_takes(enum ac_op_kind kind) {
    return actions[kind] != NULL;
}

void ac_race_act(struct ac_racer *racer) {
    actions[ac_this_op(&racer->model)->kind](racer);
    racer->model.report->counts.ops++;
}
