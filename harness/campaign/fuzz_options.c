// SPDX-License-Identifier: MIT
// The command line of `allocheck fuzz`.
#include "options.h"

#include "engine.h"
#include "engine_option.h"

#include "tool/tool.h"
#include "tool/usage.h"

#include "allocheck/enumerate.h"

#include <errno.h>
#include <sys/random.h>

enum {
    KEY_PROGRAMS = 512, /* apart from those of every campaign */
    KEY_FIRST,
    KEY_KEEP_GOING,
    KEY_DEPTH,
    KEY_SIZES,
    KEY_RACE,
    KEY_ROUNDS,
    DEFAULT_DEPTH = 3,
    DEFAULT_SIZES = 12,
    DEFAULT_ROUNDS = 20,
    CONFIRMING_FACTOR = 25, /* most races show in one of hundreds of rounds */
};

static const struct argp_option fuzz_options[] = {
    {"engine", 'e', "NAME", 0, "Where programs come from (default: auto)", 0},
    {"programs", KEY_PROGRAMS, "N", 0, "Stop after N programs (default: no limit)", 0},
    {"first", KEY_FIRST, "N", 0,
     "Engine random: skip the first N programs of the random seed (default: 0)", 0},
    {"seed", 's', "N", 0, "Random seed of the first program (default: random; it is printed)", 0},
    {"keep-going", KEY_KEEP_GOING, NULL, 0, "Continue after a finding; save each distinct one", 0},
    {"race", KEY_RACE, NULL, 0,
     "Engine random: run the threads of each program at the same time, like `allocheck run --race'",
     0},
    {"rounds", KEY_ROUNDS, "N", 0,
     "Rounds of each program, 1 to 1048576 (default: 20); needs --race", 0},
    {"depth", KEY_DEPTH, "N", 0,
     "Engine exhaustive: programs of up to N ops (1 to 8; default: 3). 4 takes minutes; each extra "
     "op multiplies the time by about 100",
     0},
    {"sizes", KEY_SIZES, "N", 0,
     "Engine exhaustive: over the N sizes most likely to expose bugs (1 to 32; default: 12)", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Generates programs of allocator calls and runs each in a child process, until an oracle "
    "reports a finding, a limit is reached, or Ctrl-C is pressed.\v"
    "PATH is a program, or a folder of programs, to run first. A finding is confirmed in a fresh "
    "process, shrunk, and saved in a folder of DIR/findings: `input' (or `input.ops') is the first "
    "program that showed it, `shrunk.ops' the simplest, `repro.c' a C reproducer, `report.html' a "
    "page, and `finding.json' has all details. The C reproducer is compiled and run first: it must "
    "fail on the allocator and, by libc's names, pass on the C library.\n"
    "\n"
    "Deviations from C17 and POSIX.1-2024 that `allocheck profile' measures are reported first, "
    "each "
    "once with its program, and the campaign goes on. A profile file accepts them.\n"
    "\n" OUTPUTS_HELP "\n" STATUS_HELP "\n"
    "Examples:\n"
    "  allocheck fuzz --allocator ./libmine.so --seconds 300\n"
    "  allocheck fuzz -a ./libmine.so --engine exhaustive --depth 3 -j 4\n"
    "  allocheck fuzz --race --keep-going -o races";

/* 32 bits: few digits, for people who type it again. */
static uint64_t random_seed(struct argp_state *state) {
    uint32_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        argp_failure(state, STATUS_ERROR, errno, "no random numbers; give a --seed");
    return seed;
}

static error_t parse_own(int key, const char *argument, struct argp_state *state) {
    struct campaign_options *fuzz = state->input;
    switch (key) {
    case 'e':
        fuzz->engine = engine_option(state, argument);
        return 0;
    case KEY_PROGRAMS:
        fuzz->programs = option_number(state, "--programs", argument, 1, UINT64_MAX);
        return 0;
    case KEY_FIRST:
        fuzz->first = option_number(state, "--first", argument, 0, UINT64_MAX);
        return 0;
    case 's':
        fuzz->seed = option_number(state, "--seed", argument, 0, UINT64_MAX);
        return 0;
    case KEY_DEPTH:
        fuzz->depth = (unsigned)option_number(state, "--depth", argument, 1, AC_SCOPE_DEPTH);
        return 0;
    case KEY_SIZES:
        fuzz->sizes = (unsigned)option_number(state, "--sizes", argument, 1, AC_SCOPE_SIZES);
        return 0;
    case KEY_KEEP_GOING:
        fuzz->keep_going = true;
        return 0;
    case KEY_RACE:
        fuzz->racing.on = true;
        return 0;
    case KEY_ROUNDS:
        fuzz->racing.rounds = race_rounds(state, argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void check_scope(struct argp_state *state, struct campaign_options *fuzz) {
    if ((fuzz->depth != 0 || fuzz->sizes != 0) && fuzz->engine != &engine_exhaustive)
        usage_needs(state, "--depth and --sizes", "--engine exhaustive");
    fuzz->depth = fuzz->depth != 0 ? fuzz->depth : DEFAULT_DEPTH;
    fuzz->sizes = fuzz->sizes != 0 ? fuzz->sizes : DEFAULT_SIZES;
}

static void check_race(struct argp_state *state, struct campaign_options *fuzz) {
    struct racing *racing = &fuzz->racing;
    if (racing->rounds != 0 && !racing->on)
        usage_needs(state, "--rounds", "--race");
    if (!racing->on)
        return;
    if (fuzz->engine != NULL && fuzz->engine != &engine_random)
        usage_needs(state, "--race", "--engine random");
    fuzz->engine = &engine_random;
    racing->rounds = racing->rounds != 0 ? racing->rounds : DEFAULT_ROUNDS;
    fuzz->confirming_rounds = racing->rounds < AC_RACE_MOST_ROUNDS / CONFIRMING_FACTOR
                                  ? racing->rounds * CONFIRMING_FACTOR
                                  : AC_RACE_MOST_ROUNDS;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    static char *no_names[] = {NULL};
    struct campaign_options *fuzz = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = fuzz;
        fuzz->out = "allocheck-out";
        fuzz->seed = random_seed(state);
        fuzz->names = no_names;
        return 0;
    case ARGP_KEY_SUCCESS:
        check_scope(state, fuzz);
        check_race(state, fuzz);
        return 0;
    case ARGP_KEY_ARGS:
        fuzz->names = state->argv + state->next;
        return 0;
    default:
        return parse_own(key, argument, state);
    }
}

void fuzz_parse(struct campaign_options *options, int argc, char **argv) {
    const struct argp_child children[] = {{&campaign_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
    const struct argp argp = {fuzz_options,       parse, "[PATH...]", doc, children,
                              engine_option_help, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, options);
    options->deviations = true;
}
