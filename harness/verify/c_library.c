// SPDX-License-Identifier: MIT
#include "c_library.h"

#include "adapter/adapters.h"

#include "allocheck/child.h"

enum { MOST_MS = 10000 };

static enum ac_child_end run(struct ac_child *child, const struct ac_program *program,
                             const struct ac_finding *finding, struct ac_report *report) {
    const bool replays = ac_oracle_info(finding->oracle)->when == AC_REPLAY;
    return (replays ? ac_child_replay : ac_child_run)(child, program, report);
}

bool c_library_deviates(const struct ac_target *target, const struct ac_program *program,
                        const struct ac_finding *finding, uint64_t most_ms) {
    struct ac_child_options options = {.target = ac_target_of(&ac_libc),
                                       .oracles = AC_ORACLE_BIT(finding->oracle)};
    struct ac_report report;
    options.target.profile = ac_target_profile(target);
    struct ac_child *child = ac_child_new(&options);
    if (child == NULL)
        return false;
    ac_child_timeout(child, most_ms < MOST_MS ? most_ms : MOST_MS);
    const bool ran = run(child, program, finding, &report) == AC_CHILD_RAN;
    ac_child_delete(child);
    return ran && report.found && report.finding.oracle == finding->oracle &&
           report.finding.op == finding->op;
}
