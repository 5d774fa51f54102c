// SPDX-License-Identifier: MIT
// The command line of `allocheck fuzz`.
#define _GNU_SOURCE /* open_memstream */
#include "fuzz.h"

#include "tool/tool.h"
#include "tool/usage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum {
    KEY_SECONDS = 256,
    KEY_PROGRAMS,
    KEY_CALL_TIME,
    KEY_KEEP_GOING,
    KEY_DEPTH,
    KEY_SIZES,
    KEY_RACE,
    KEY_ROUNDS,
    MOST_JOBS = 256,
    DEFAULT_DEPTH = 3,
    DEFAULT_SIZES = 12,
    DEFAULT_ROUNDS = 20,
    CONFIRMING_FACTOR = 25, /* most races show in one of hundreds of rounds */
};

/* --- options of every campaign --- */

static const struct argp_option shared_options[] = {
    {"seconds", KEY_SECONDS, "N", 0, "Stop after N seconds (default: no limit)", 0},
    {"call-time", KEY_CALL_TIME, "SECONDS", 0,
     "CPU time that a call may take, plus 5 s for every GiB that it may copy or clear (default: 5)",
     0},
    {"jobs", 'j', "N", 0, "Run programs in N processes at once (1 to 256; default: 1)", 0},
    {"out", 'o', "DIR", 0, "Save findings in DIR/findings (default: allocheck-out)", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static error_t parse_shared(int key, char *argument, struct argp_state *state) {
    struct fuzz_options *fuzz = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &fuzz->target_options;
        fuzz->jobs = 1;
        return 0;
    case KEY_SECONDS:
        fuzz->seconds = option_seconds(state, "--seconds", argument);
        return 0;
    case KEY_CALL_TIME:
        fuzz->call_time = option_seconds(state, "--call-time", argument);
        return 0;
    case 'j':
        fuzz->jobs = (unsigned)option_number(state, "--jobs", argument, 1, MOST_JOBS);
        return 0;
    case 'o':
        fuzz->out = option_name(state, "--out", "folder", argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child target_children[] = {{&target_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
const struct argp campaign_argp = {shared_options,  parse_shared, NULL, NULL,
                                   target_children, NULL,         NULL};

/* --- options of `allocheck fuzz` --- */

static const struct argp_option options[] = {
    {"engine", 'e', "NAME", 0, "What makes the programs (default: auto)", 0},
    {"programs", KEY_PROGRAMS, "N", 0, "Stop after so many programs (default: no limit)", 0},
    {"seed", 's', "N", 0, "Random seed of the first program (default: drawn, and printed)", 0},
    {"keep-going", KEY_KEEP_GOING, NULL, 0, "Go on after a finding; each distinct one is kept", 0},
    {"race", KEY_RACE, NULL, 0,
     "Engine random: run the threads of each program at the same time, as `allocheck run --race' "
     "does",
     0},
    {"rounds", KEY_ROUNDS, "N", 0, "With --race: how often each (1 to 1048576; default: 20)", 0},
    {"depth", KEY_DEPTH, "N", 0,
     "Engine exhaustive: programs of up to N ops (1 to 8; default: 3; 4 takes minutes, each more a "
     "hundred times as long)",
     0},
    {"sizes", KEY_SIZES, "N", 0,
     "Engine exhaustive: over N sizes, the most telling ones of the allocator (1 to 32; default: "
     "12)",
     0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Makes programs of allocator calls, runs them in processes of their own and checks every "
    "answer, until there is a finding, the time is over, or Ctrl-C is pressed.\v"
    "A finding is shown again in a fresh process, reduced to the ops that it needs, and kept in "
    "DIR/findings, in a folder of its own: `input' (`input.ops') showed it first, `shrunk.ops' is "
    "what is left of that, `repro.c' shows it without this tool, `report.html' is a page about it, "
    "`finding.json' says what is known "
    "of it. PATH is a program, or a folder of them, that is run first.\n"
    "\n"
    "Exit status: 0 nothing is wrong; 1 a finding; 2 usage, unreadable input, unwritable output, "
    "or nothing run.";

/* --- help --- */

static void put_engine(FILE *to, const char *name, const char *what) {
    fprintf(to, "  %-13s %s\n", name, what);
}

/* The doc, and the engines after it; what it returns is freed by argp. */
static char *with_engines(int key, const char *text, void *input) {
    char *whole = NULL;
    size_t length, count;
    (void)input;
    FILE *to = key == ARGP_KEY_HELP_POST_DOC ? open_memstream(&whole, &length) : NULL;
    if (to == NULL) {
        return (char *)(uintptr_t)text;
    }
    const struct fuzz_engine *const *engines = fuzz_engines(&count);
    fprintf(to, "Engines:\n");
    put_engine(to, "auto", "the first of these that can run here");
    for (size_t i = 0; i < count; i++) {
        put_engine(to, engines[i]->name, engines[i]->what);
    }
    fprintf(to, "\n%s", text);
    fclose(to);
    return whole;
}

/* --- values --- */

static const char *engine_name(size_t index) {
    size_t count;
    const struct fuzz_engine *const *engines = fuzz_engines(&count);
    return index == 0 ? "auto" : index <= count ? engines[index - 1]->name : NULL;
}

static const struct fuzz_engine *parse_engine(struct argp_state *state, const char *name) {
    size_t count;
    const struct fuzz_engine *const *engines = fuzz_engines(&count);
    if (strcmp(name, "auto") == 0) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(engines[i]->name, name) == 0) {
            return engines[i];
        }
    }
    usage_unknown(state, "engine", name, engine_name);
    return NULL;
}

/* Few digits, for it is read aloud and typed again. */
static uint64_t drawn_seed(struct argp_state *state) {
    uint32_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed) {
        argp_failure(state, STATUS_ERROR, errno,
                     "no random seed can be drawn; give one with --seed");
    }
    return seed;
}

static error_t parse_own(int key, const char *argument, struct argp_state *state) {
    struct fuzz_options *fuzz = state->input;
    switch (key) {
    case 'e':
        fuzz->engine = parse_engine(state, argument);
        return 0;
    case KEY_PROGRAMS:
        fuzz->programs = option_number(state, "--programs", argument, 1, UINT64_MAX);
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

/* A scope that is asked for and not tried would be taken for one that holds. */
static void settle_scope(struct argp_state *state, struct fuzz_options *fuzz) {
    if ((fuzz->depth != 0 || fuzz->sizes != 0) && fuzz->engine != &fuzz_exhaustive) {
        usage_needs(state, "--depth and --sizes", "--engine exhaustive");
    }
    fuzz->depth = fuzz->depth != 0 ? fuzz->depth : DEFAULT_DEPTH;
    fuzz->sizes = fuzz->sizes != 0 ? fuzz->sizes : DEFAULT_SIZES;
}

static void settle_race(struct argp_state *state, struct fuzz_options *fuzz) {
    if (fuzz->racing.rounds != 0 && !fuzz->racing.on) {
        usage_needs(state, "--rounds", "--race");
    }
    if (!fuzz->racing.on) {
        return;
    }
    if (fuzz->engine != NULL && fuzz->engine != &fuzz_random) {
        usage_needs(state, "--race", "--engine random");
    }
    fuzz->engine = fuzz->engine != NULL ? fuzz->engine : &fuzz_random;
    fuzz->racing.rounds = fuzz->racing.rounds != 0 ? fuzz->racing.rounds : DEFAULT_ROUNDS;
    fuzz->confirming_rounds = fuzz->racing.rounds < AC_RACE_MOST_ROUNDS / CONFIRMING_FACTOR
                                  ? fuzz->racing.rounds * CONFIRMING_FACTOR
                                  : AC_RACE_MOST_ROUNDS;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    static char *no_names[] = {NULL};
    struct fuzz_options *fuzz = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = fuzz;
        fuzz->out = "allocheck-out";
        fuzz->seed = drawn_seed(state);
        fuzz->names = no_names;
        return 0;
    case ARGP_KEY_SUCCESS:
        settle_scope(state, fuzz);
        settle_race(state, fuzz);
        return 0;
    case ARGP_KEY_ARGS:
        fuzz->names = state->argv + state->next;
        return 0;
    default:
        return parse_own(key, argument, state);
    }
}

void fuzz_parse(struct fuzz_options *fuzz, int argc, char **argv) {
    const struct argp_child children[] = {{&campaign_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
    const struct argp argp = {options, parse, "[PATH...]", doc, children, with_engines, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, fuzz);
}
