// SPDX-License-Identifier: MIT
#include "rounds.h"

#include "call_watch.h"
#include "step.h"

enum {
    HANDOVER_CALLS = 10, /* calls that take as long as a handover */
    EXIT_CALLS = 100,    /* the same for a thread's end and the next one's start */
};

uint64_t ac_round_calls(const struct ac_program *program, uint64_t calls) {
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        calls += op->kind == AC_OP_EXIT ? EXIT_CALLS : 0;
        calls += i > 0 && op->thread != program->ops[i - 1].thread ? HANDOVER_CALLS : 0;
    }
    return calls;
}

bool ac_rounds_are_late(const struct ac_runner *runner) {
    return runner->growth_deadline != 0 && ac_now_ms() >= runner->growth_deadline;
}

bool ac_rounds_are_complete(struct ac_runner *runner) {
    const bool late = ac_rounds_are_late(runner);
    runner->report->counts.growth_unchecked += late && ac_is_clean(runner);
    return !late && ac_is_clean(runner);
}

void ac_run_rounds(struct ac_runner *runner, uint64_t rounds) {
    for (uint64_t i = 0; i < rounds && ac_rounds_go_on(runner); i++) {
        runner->report->counts.calls = 0; /* the limit on calls is for one round */
        runner->report->digest = 0;       /* of one round, too */
        ac_run_pass(runner);
    }
    ac_move_to_end(runner);
}
