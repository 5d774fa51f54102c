// SPDX-License-Identifier: MIT
#include "judge.h"

struct shrink_kind_of_finding shrink_kind_of(const struct ac_program *program,
                                             const struct ac_finding *finding) {
    return (struct shrink_kind_of_finding){finding->oracle, finding->op < program->count
                                                                ? program->ops[finding->op].kind
                                                                : AC_OP_KINDS};
}

bool shrink_same_kind(struct shrink_kind_of_finding left, struct shrink_kind_of_finding right) {
    return left.oracle == right.oracle && left.op_kind == right.op_kind;
}

struct ac_child *judge_child(const struct judge *judge) {
    const struct ac_child_options options = {.subject = judge->task->subject,
                                             .oracles = judge->task->oracles,
                                             .free_at_end = true,
                                             .memory = judge->task->memory,
                                             .call_ms = judge->call_ms};
    struct ac_child *child = ac_child_new(&options);
    if (child != NULL) {
        ac_child_timeout(child, judge->left_ms);
    }
    return child;
}

enum ac_child_end judge_run(const struct judge *judge, struct ac_child *child,
                            const struct ac_program *program, struct ac_report *report) {
    if (judge->fresh) {
        ac_child_renew(child);
    }
    if (judge->task->race != NULL) {
        return ac_child_race(child, program, &judge->race, report);
    }
    return judge->replay ? ac_child_replay(child, program, report)
                         : ac_child_run(child, program, report);
}

bool judge_is_wanted(const struct judge *judge, const struct ac_program *program,
                     const struct ac_report *report) {
    const bool races = judge->task->race != NULL;
    return report->found &&
           (races ? report->finding.oracle == judge->wanted.oracle
                  : shrink_same_kind(shrink_kind_of(program, &report->finding), judge->wanted));
}

static bool shows(const struct judge *judge, struct ac_child *child,
                  const struct ac_program *program) {
    struct ac_report report;
    return judge_run(judge, child, program, &report) == AC_CHILD_RAN &&
           judge_is_wanted(judge, program, &report);
}

/* What one thread does is no race. */
static bool is_out_of_question(const struct judge *judge, const struct ac_program *program) {
    return judge->task->race != NULL && !ac_race_is_spread(program);
}

bool judge_holds(const struct judge *judge, struct ac_child *child,
                 const struct ac_program *program) {
    struct judge turned = *judge;
    unsigned missing = judge->needed;
    if (is_out_of_question(judge, program)) {
        return false;
    }
    for (unsigned left = judge->runs; missing > 0 && left >= missing; left--) {
        missing -= shows(&turned, child, program);
        turned.race.seed++;
    }
    return missing == 0;
}
