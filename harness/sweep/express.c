// SPDX-License-Identifier: MIT
// Expresses a refusal as an op of the program. The finding can then be run, shrunk and saved like
// any other.
#include "sweep.h"

#include "shrink/shrink_finding.h"

enum { MOST_IN_AN_OP = 8 };

/* The finding to reproduce. */
struct wanted {
    struct ac_child *child;
    const struct sweep_run *run;
    struct finding_kind kind;
};

static bool shows(const struct wanted *wanted, const struct ac_program *program) {
    struct ac_report report;
    ac_child_renew(wanted->child);
    ac_child_refuse(wanted->child, (struct ac_refusal){.nth = 0});
    return ac_child_run(wanted->child, program, &report) == AC_CHILD_RAN && report.found &&
           finding_kind_equal(finding_kind_of(program, &report.finding), wanted->kind);
}

static bool shows_with(const struct wanted *wanted, size_t at, uint64_t nth,
                       struct ac_program *program) {
    const bool onwards = wanted->run->mode == SWEEP_FROM;
    const struct ac_op refuse = {
        .kind = onwards ? AC_OP_REFUSE_FROM : AC_OP_REFUSE, .repeat = 1, .a = ac_absolute(nth)};
    if (!ac_program_insert(program, at, &refuse))
        return false;
    if (shows(wanted, program))
        return true;
    ac_program_remove(program, at, 1);
    return false;
}

/* Before all other ops; but a later `refuse` of the program would replace it, so if that fails,
 * right before the op that shows the finding. */
static bool find_place(const struct wanted *wanted, const struct ac_finding *finding,
                       struct ac_program *program) {
    const struct sweep_run *run = wanted->run;
    if (run->nth > run->of->open_requests &&
        shows_with(wanted, 0, run->nth - run->of->open_requests, program))
        return true;
    const size_t at = finding->op < program->count ? finding->op : program->count;
    for (uint64_t nth = 1; nth <= MOST_IN_AN_OP; nth++)
        if (shows_with(wanted, at, nth, program))
            return true;
    return false;
}

bool sweep_express(struct ac_child *child, const struct sweep_run *run,
                   const struct ac_finding *finding, struct ac_program *program) {
    const struct wanted wanted = {child, run, finding_kind_of(&run->of->program, finding)};
    if (!ac_program_copy(program, &run->of->program))
        return false;
    sweep_set_quirks(run, program);
    if (run->nth == 0)
        return shows(&wanted, program);
    return find_place(&wanted, finding, program);
}
