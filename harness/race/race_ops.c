// SPDX-License-Identifier: MIT
// The ops that a race runs, and how: most like any run, on the runner of their thread.
#include "race.h"

#include "run/check.h"
#include "run/ops.h"
#include "run/step.h"

static void refuse(struct ac_racer *racer) {
    struct ac_runner *runner = &racer->runner;
    if (racer->race->runner->heap.source == NULL)
        runner->report->counts.not_offered++;
    else if (runner->profile->exhaustion_ends_process)
        runner->report->counts.over_limit++;
    else
        ac_race_refuse(racer->race, ac_resolve_operand(runner, ac_this_op(runner)->a));
}

/* The end of a round is the end of the program. */
static void free_at_exit(struct ac_racer *racer) {
    if (racer->race->has_key)
        ac_do_free_at_exit(&racer->runner);
    else
        racer->runner.report->counts.over_limit++;
}

static const bool runs[AC_OP_KINDS] = {
    [AC_OP_MALLOC] = true,
    [AC_OP_CALLOC] = true,
    [AC_OP_REALLOC] = true,
    [AC_OP_REALLOCARRAY] = true,
    [AC_OP_FREE] = true,
    [AC_OP_FREE_SIZED] = true,
    [AC_OP_FREE_ALIGNED_SIZED] = true,
    [AC_OP_ALIGNED_ALLOC] = true,
    [AC_OP_POSIX_MEMALIGN] = true,
    [AC_OP_MEMALIGN] = true,
    [AC_OP_USABLE] = true,
    [AC_OP_FILL] = true,
    [AC_OP_CHECK] = true,
    [AC_OP_CHECK_ALL] = true,
    [AC_OP_FREE_EVERY] = true,
    [AC_OP_LARGEST] = true,
    [AC_OP_REFUSE] = true,
    [AC_OP_TRIM] = true,
    [AC_OP_EXIT] = true,
    [AC_OP_FREE_AT_EXIT] = true,
    [AC_OP_FORK] = true,
};

bool ac_race_runs_op(const struct ac_op *op) {
    return runs[op->kind];
}

void ac_race_do_op(struct ac_racer *racer) {
    struct ac_runner *runner = &racer->runner;
    switch (ac_this_op(runner)->kind) {
    case AC_OP_CHECK_ALL:
        ac_check_all_content(runner);
        break;
    case AC_OP_REFUSE:
        refuse(racer);
        break;
    case AC_OP_EXIT: /* the thread ends after the step */
        break;
    case AC_OP_FREE_AT_EXIT:
        free_at_exit(racer);
        break;
    default:
        ac_do_op(runner);
    }
    runner->report->counts.ops++;
}
