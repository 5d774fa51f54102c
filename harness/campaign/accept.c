// SPDX-License-Identifier: MIT
// What is known takes no more of the time: programs go on after a known finding if they can; else,
// after a few, they avoid what leads to it.
#include "candidate.h"

#include "run/invoke.h"

enum { OFTEN = 4 }; /* repeats, after which programs avoid what leads to them */

/* AC_FN_COUNT: a finding there is not about the answer to one request. */
static enum ac_function function_at(unsigned place) {
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
    const enum ac_function function = function_at(ac_place_of(program, finding));
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

static bool is_accepted_at(const struct ac_accepted *accepted, enum ac_oracle oracle,
                           unsigned place) {
    const enum ac_function function = function_at(place);
    return function != AC_FN_COUNT ? (accepted->of[function] & AC_ORACLE_BIT(oracle)) != 0
                                   : oracle == AC_ORACLE_ERRNO && accepted->errno_after_free;
}

bool is_accepted(const struct ac_accepted *accepted, const struct ac_program *program,
                 const struct ac_finding *finding) {
    return accepted != NULL &&
           is_accepted_at(accepted, finding->oracle, ac_place_of(program, finding));
}

struct campaign_finding *accepted_finding(const struct campaign *campaign,
                                          const struct ac_accepted *accepted) {
    struct campaign_finding *finding = campaign->findings.first;
    for (; accepted != NULL && finding != NULL; finding = finding->next)
        if (finding->confirmed && is_accepted_at(accepted, finding->oracle, finding->place))
            return finding;
    return NULL;
}
