// SPDX-License-Identifier: MIT
// Findings that need several rounds of the program.
#include "plan.h"

#include "model/evidence.h"

#include <string.h>

enum {
    RESIDENT_ROUNDS = 2200, /* as in a run (run/no_growth.c); fewer if threads make them slow: */
    LEAST_ROUNDS = RESIDENT_ROUNDS / 10,
    MOST_CALLS = 500000, /* in all 31 times as many rounds */
    HANDOVER_CALLS = 10, /* calls that take as long */
    EXIT_CALLS = 100,
};

static uint64_t warm_resident(const struct ac_program *program) {
    uint64_t calls = 1;
    if (!ac_program_has_threads(program))
        return RESIDENT_ROUNDS;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        calls += op_kind(op) == AC_OP_EXIT ? EXIT_CALLS : op_rounds(op);
        calls += i > 0 && op->thread != program->ops[i - 1].thread ? HANDOVER_CALLS : 0;
    }
    const uint64_t possible = MOST_CALLS / calls / 31;
    return possible < LEAST_ROUNDS      ? LEAST_ROUNDS
           : possible < RESIDENT_ROUNDS ? possible
                                        : RESIDENT_ROUNDS;
}

void plan_set_rounds(struct plan *plan) {
    const enum ac_oracle only = plan_oracle(plan);
    const bool on_source = plan_is_on_source(plan);
    plan_set(plan, EXPORT_no_growth, only == AC_ORACLE_NO_GROWTH && on_source);
    plan_set(plan, EXPORT_grows_resident, only == AC_ORACLE_NO_GROWTH && !on_source);
    plan_set(plan, EXPORT_steady,
             only == AC_ORACLE_PAGE_LOG && strcmp(plan->finding->expected, EVIDENCE_STEADY) == 0);
    plan_set(plan, EXPORT_rounds,
             plan_has(plan, EXPORT_no_growth) || plan_has(plan, EXPORT_grows_resident) ||
                 plan_has(plan, EXPORT_steady) || plan_has(plan, EXPORT_leaves_mapped));
    plan_set(plan, EXPORT_liveness, only == AC_ORACLE_LIVENESS);
    plan->warm_resident = warm_resident(plan->program);
}
