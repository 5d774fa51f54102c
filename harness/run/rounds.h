// SPDX-License-Identifier: MIT
// Rounds of no-growth: a program runs again and again on one heap.
#ifndef ALLOCHECK_ROUNDS_H
#define ALLOCHECK_ROUNDS_H

#include "runner.h"

enum {
    AC_LOOP_CALLS = 2000000, /* of one loop: more are not checked */
    AC_LOOP_BYTES = 1 << 30, /* live bytes times rounds: the same, for content takes time */
};

/* The calls of a round, with handovers between threads as the calls that take as long. */
uint64_t ac_round_calls(const struct ac_program *program, uint64_t calls);

/* Runs that many rounds, or fewer: none after a finding or the time limit. */
void ac_run_rounds(struct ac_runner *runner, uint64_t rounds);

/* True if the time limit (ac_runner_limit_growth) has expired. */
bool ac_rounds_are_late(const struct ac_runner *runner);

/* True if rounds may go on: nothing was found, and there is time. */
static inline bool ac_rounds_go_on(const struct ac_runner *runner) {
    return ac_is_clean(runner) && !ac_rounds_are_late(runner);
}

/* True if the rounds ran to their end, so that growth may be checked. Counts those that did not
 * because they were late: call it once for a program. */
bool ac_rounds_are_complete(struct ac_runner *runner);

#endif
