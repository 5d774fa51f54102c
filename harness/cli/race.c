// SPDX-License-Identifier: MIT
#include "race.h"

#include "cli.h"

#include <stdio.h>

enum { CONFIRMATIONS_OF_HANGS = 3 };

uint32_t race_rounds(struct argp_state *state, const char *argument) {
    return (uint32_t)cli_number(state, "--rounds", argument, 1, AC_RACE_MOST_ROUNDS);
}

enum ac_child_end race_run(struct ac_child *child, const struct ac_program *program,
                           const struct racing *racing, struct ac_report *report) {
    const struct ac_race_options options = {.seed = racing->seed, .rounds = racing->rounds};
    ac_child_renew(child);
    return ac_child_race(child, program, &options, report);
}

struct race_confirmation race_confirm(struct ac_child *child, const struct ac_program *program,
                                      const struct racing *racing, enum ac_oracle oracle) {
    const unsigned most =
        oracle == AC_ORACLE_LIVENESS ? CONFIRMATIONS_OF_HANGS : RACE_CONFIRMATIONS;
    struct race_confirmation confirmation = {.runs = 0};
    struct ac_report report;
    while (confirmation.runs < most && race_run(child, program, racing, &report) == AC_CHILD_RAN) {
        confirmation.runs++;
        if (report.found && report.finding.oracle == oracle) {
            confirmation.shown++;
            confirmation.report = report;
        }
    }
    return confirmation;
}

const char *race_tell(const struct racing *racing, const struct race_confirmation *confirmation,
                      char *text, size_t capacity) {
    snprintf(text, capacity, "random seed %llu, %u rounds: shown in %u of %u runs",
             (unsigned long long)racing->seed,
             racing->rounds != 0 ? racing->rounds : (unsigned)AC_RACE_ROUNDS, confirmation->shown,
             confirmation->runs);
    return text;
}
