// SPDX-License-Identifier: MIT
#include "check.h"

struct shrink_kind_of_finding shrink_kind_of(const struct ac_program *program,
                                             const struct ac_finding *finding) {
    return (struct shrink_kind_of_finding){finding->oracle, finding->op < program->count
                                                                ? program->ops[finding->op].kind
                                                                : AC_OP_KINDS};
}

bool shrink_same_kind(struct shrink_kind_of_finding left, struct shrink_kind_of_finding right) {
    return left.oracle == right.oracle && left.op_kind == right.op_kind;
}

struct ac_child *check_child(const struct check *check) {
    const struct ac_child_options options = {.target = check->task->target,
                                             .oracles = check->task->oracles,
                                             .free_at_end = true,
                                             .memory = check->task->memory,
                                             .call_ms = check->call_ms};
    struct ac_child *child = ac_child_new(&options);
    if (child != NULL) {
        ac_child_timeout(child, check->left_ms);
    }
    return child;
}

enum ac_child_end check_run(const struct check *check, struct ac_child *child,
                            const struct ac_program *program, struct ac_report *report) {
    if (check->fresh) {
        ac_child_renew(child);
    }
    if (check->task->race != NULL) {
        return ac_child_race(child, program, &check->race, report);
    }
    return check->replay ? ac_child_replay(child, program, report)
                         : ac_child_run(child, program, report);
}

bool check_is_wanted(const struct check *check, const struct ac_program *program,
                     const struct ac_report *report) {
    const bool races = check->task->race != NULL;
    return report->found &&
           (races ? report->finding.oracle == check->wanted.oracle
                  : shrink_same_kind(shrink_kind_of(program, &report->finding), check->wanted));
}

static bool shows(const struct check *check, struct ac_child *child,
                  const struct ac_program *program) {
    struct ac_report report;
    return check_run(check, child, program, &report) == AC_CHILD_RAN &&
           check_is_wanted(check, program, &report);
}

/* What one thread does is no race. */
static bool is_out_of_question(const struct check *check, const struct ac_program *program) {
    return check->task->race != NULL && !ac_race_is_spread(program);
}

bool check_holds(const struct check *check, struct ac_child *child,
                 const struct ac_program *program) {
    struct check turned = *check;
    unsigned missing = check->needed;
    if (is_out_of_question(check, program)) {
        return false;
    }
    for (unsigned left = check->runs; missing > 0 && left >= missing; left--) {
        missing -= shows(&turned, child, program);
        turned.race.seed++;
    }
    return missing == 0;
}
