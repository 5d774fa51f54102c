// SPDX-License-Identifier: MIT
#include "race.h"

#include "usage.h"

enum {
    DEFAULT_SEED = 1,
    KEY_RACE = 0x7101, /* above the keys of any command */
    KEY_ROUNDS,
    KEY_SEED,
    GROUP = 11, /* after the options of the allocator under test */
};

uint32_t race_rounds(struct argp_state *state, const char *argument) {
    return (uint32_t)option_number(state, "--rounds", argument, 1, AC_RACE_MOST_ROUNDS);
}

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Race runs:", GROUP},
    {"race", KEY_RACE, NULL, 0,
     "Run the threads of each program at the same time, many times over, and check what holds in "
     "any order. Single-threaded programs are split across threads by the random seed.",
     GROUP},
    {"rounds", KEY_ROUNDS, "N", 0, "Rounds of each program, 1 to 1048576 (default: 100)", GROUP},
    {"seed", KEY_SEED, "S", 0, "Random seed of the schedules, 0 or higher (default: 1)", GROUP},
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
        if (!racing->on && (racing->rounds != 0 || racing->seed != DEFAULT_SEED))
            usage_needs(state, "--rounds and --seed", "--race");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp race_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};
