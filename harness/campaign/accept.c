// SPDX-License-Identifier: MIT
// What is known takes no more of the time: programs go on after a known finding if they can; else,
// after a few, they avoid what leads to it.
#include "candidate.h"

#include "run/invoke.h"

enum { OFTEN = 4 }; /* repeats, after which programs avoid what leads to them */

/* AC_FN_COUNT: the finding is not about the answer to one request. */
static enum ac_function function_of(const struct ac_program *program,
                                    const struct ac_finding *finding) {
    const unsigned place = ac_place_of(program, finding);
    return place < AC_OP_KINDS ? ac_function_of_op((enum ac_op_kind)place) : AC_FN_COUNT;
}

static bool can_go_on(enum ac_oracle oracle) {
    return oracle == AC_ORACLE_MUST_FAIL || oracle == AC_ORACLE_MUST_SUCCEED ||
           oracle == AC_ORACLE_ERRNO || oracle == AC_ORACLE_ZERO_SIZE ||
           oracle == AC_ORACLE_ALIGNED || oracle == AC_ORACLE_ZEROED ||
           oracle == AC_ORACLE_PRESERVED;
}

void accept_finding(struct campaign *campaign, const struct ac_program *program,
                    const struct ac_finding *finding) {
    const enum ac_function function = function_of(program, finding);
    if (function != AC_FN_COUNT && can_go_on(finding->oracle))
        campaign->known.accepted.of[function] |= AC_ORACLE_BIT(finding->oracle);
    else if (finding->oracle == AC_ORACLE_ERRNO)
        campaign->known.accepted.errno_after_free = true;
}

void avoid_finding(struct campaign *campaign, const struct ac_program *program,
                   const struct ac_finding *finding, uint64_t repeats) {
    const bool hangs = finding->oracle == AC_ORACLE_LIVENESS;
    if (repeats == (hangs ? 1 : OFTEN) && ac_place_of(program, finding) < AC_OP_KINDS &&
        !is_accepted(&campaign->known.accepted, program, finding))
        ac_without_add(hangs ? &campaign->known.hangs : &campaign->known.avoid, program,
                       finding->op);
}

bool accepts_nothing(const struct ac_accepted *accepted) {
    ac_oracle_set any = 0;
    for (int i = 0; i < AC_FN_COUNT; i++)
        any |= accepted->of[i];
    return any == 0 && !accepted->errno_after_free;
}

bool is_accepted(const struct ac_accepted *accepted, const struct ac_program *program,
                 const struct ac_finding *finding) {
    const enum ac_function function = function_of(program, finding);
    if (accepted == NULL)
        return false;
    return function != AC_FN_COUNT
               ? (accepted->of[function] & AC_ORACLE_BIT(finding->oracle)) != 0
               : finding->oracle == AC_ORACLE_ERRNO && accepted->errno_after_free;
}
