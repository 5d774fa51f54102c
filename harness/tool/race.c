// SPDX-License-Identifier: MIT
#include "race.h"

#include "usage.h"

#include <stdio.h>

enum { CONFIRMATIONS_OF_HANGS = 3, DEFAULT_SEED = 1, KEY_RACE = 0x7101, KEY_ROUNDS, KEY_SEED };

uint32_t race_rounds(struct argp_state *state, const char *argument) {
    return (uint32_t)option_number(state, "--rounds", argument, 1, AC_RACE_MOST_ROUNDS);
}

static const struct argp_option options[] = {
    {"race", KEY_RACE, NULL, 0,
     "Run the threads of each program at the same time, many times over, and check what needs no "
     "order; a program of one thread is spread over several, as the random seed has it",
     0},
    {"rounds", KEY_ROUNDS, "N", 0, "With --race: how often (1 to 1048576; default: 100)", 0},
    {"seed", KEY_SEED, "S", 0, "With --race: random seed of the schedules (default: 1)", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct racing *racing = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        *racing = (struct racing){.seed = DEFAULT_SEED};
        return 0;
    case KEY_RACE:
        racing->on = true;
        return 0;
    case KEY_ROUNDS:
        racing->rounds = race_rounds(state, argument);
        return 0;
    case KEY_SEED:
        racing->seed = option_number(state, "--seed", argument, 0, UINT64_MAX);
        return 0;
    case ARGP_KEY_END:
        if (!racing->on && (racing->rounds != 0 || racing->seed != DEFAULT_SEED)) {
            usage_needs(state, "--rounds and --seed", "--race");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp race_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};

struct ac_race_options race_options(const struct racing *racing) {
    return (struct ac_race_options){
        .seed = racing->seed, .rounds = racing->rounds, .growth_rounds = AC_RACE_GROWTH_ROUNDS};
}

enum ac_child_end race_run(struct ac_child *child, const struct ac_program *program,
                           const struct racing *racing, struct ac_report *report) {
    const struct ac_race_options how = race_options(racing);
    ac_child_renew(child);
    return ac_child_race(child, program, &how, report);
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

bool race_shows_as_well(const struct race_confirmation *whole,
                        const struct race_confirmation *left) {
    return left->shown > 0 && 2 * left->shown * whole->runs >= whole->shown * left->runs;
}

static unsigned rounds_of(const struct racing *racing) {
    return racing->rounds != 0 ? racing->rounds : AC_RACE_ROUNDS;
}

const char *race_describe(const struct racing *racing, const struct race_confirmation *confirmation,
                          char *text, size_t capacity) {
    snprintf(text, capacity, "random seed %llu, %u rounds: shown in %u of %u runs",
             (unsigned long long)racing->seed, rounds_of(racing), confirmation->shown,
             confirmation->runs);
    return text;
}

const char *const race_comment_marks[] = {"# A race, of ", "# random seed ", NULL};

void race_put_comment(FILE *to, const struct racing *racing, enum ac_oracle oracle,
                      const struct race_confirmation *confirmation) {
    char reported[RACE_TEXT];
    fprintf(to, "# A race, of %s: allocheck run --race --seed=%llu --rounds=%u\n# %s.\n",
            ac_oracle_info(oracle)->id, (unsigned long long)racing->seed, rounds_of(racing),
            race_describe(racing, confirmation, reported, sizeof reported));
}
