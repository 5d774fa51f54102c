// SPDX-License-Identifier: MIT
// Known findings that programs go on after.
#include "candidate.h"

#include "run/invoke.h"

/* AC_FN_COUNT: the finding is not about the answer to one request. */
static enum ac_function function_of(const struct ac_program *program,
                                    const struct ac_finding *finding) {
    const unsigned place = ac_place_of(program, finding);
    return place < AC_OP_KINDS ? ac_function_of_op((enum ac_op_kind)place) : AC_FN_COUNT;
}

static bool can_go_on(enum ac_oracle oracle) {
    return oracle == AC_ORACLE_MUST_FAIL || oracle == AC_ORACLE_ERRNO ||
           oracle == AC_ORACLE_ZERO_SIZE || oracle == AC_ORACLE_ALIGNED;
}

void accept_finding(struct campaign *campaign, const struct ac_program *program,
                    const struct ac_finding *finding) {
    const enum ac_function function = function_of(program, finding);
    if (function != AC_FN_COUNT && can_go_on(finding->oracle))
        campaign->accepted.of[function] |= AC_ORACLE_BIT(finding->oracle);
}

bool accepts_nothing(const struct ac_accepted *accepted) {
    ac_oracle_set any = 0;
    for (int i = 0; i < AC_FN_COUNT; i++)
        any |= accepted->of[i];
    return any == 0;
}

bool is_accepted(const struct ac_accepted *accepted, const struct ac_program *program,
                 const struct ac_finding *finding) {
    const enum ac_function function = function_of(program, finding);
    return accepted != NULL && function != AC_FN_COUNT &&
           (accepted->of[function] & AC_ORACLE_BIT(finding->oracle)) != 0;
}
