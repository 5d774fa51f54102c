// SPDX-License-Identifier: MIT
// The options of campaigns, and the command line of `allocheck fuzz`.
#define _GNU_SOURCE /* open_memstream, strndupa */
#include "options.h"

#include "engine.h"

#include "tool/clock.h"
#include "tool/tool.h"
#include "tool/usage.h"

#include "allocheck/enumerate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

enum {
    KEY_SECONDS = 256,
    KEY_PROGRAMS,
    KEY_FIRST,
    KEY_CALL_TIME,
    KEY_SHRINK_SECONDS,
    KEY_KEEP_GOING,
    KEY_DEPTH,
    KEY_SIZES,
    KEY_RACE,
    KEY_ROUNDS,
    KEY_WITHOUT,
    KEY_PREFIX,
    KEY_INTERFACE,
    MOST_JOBS = 256,
    DEFAULT_DEPTH = 3,
    DEFAULT_SIZES = 12,
    DEFAULT_ROUNDS = 20,
    DEFAULT_SHRINK_SECONDS = 30,
    CONFIRMING_FACTOR = 25, /* most races show in one of hundreds of rounds */
};

/* --- options of every campaign --- */

static const struct argp_option shared_options[] = {
    {"seconds", KEY_SECONDS, "N", 0,
     "Stop after N seconds, which count what is measured, confirmed, shrunk and saved too: at most "
     "5 s or "
     "10 % more (default: no limit)",
     0},
    {"call-time", KEY_CALL_TIME, "SECONDS", 0,
     "CPU time limit of a call, plus 5 s for each GiB that it may copy or clear (default: 5)", 0},
    {"shrink-seconds", KEY_SHRINK_SECONDS, "N", 0,
     "Shrink each finding for at most N seconds, within the campaign's time (default: 30)", 0},
    {"prefix", KEY_PREFIX, "P", 0,
     "C reproducers call functions whose names begin with P: my_ for my_malloc (default: the names "
     "of libc)",
     0},
    {"interface", KEY_INTERFACE, NULL, 0,
     "C reproducers call ac_allocator of allocheck/allocator.h even if the allocator's names would "
     "do",
     0},
    {"without", KEY_WITHOUT, "LIST", 0,
     "Leave functions and other ops (free_sized, ...) and the traits realloc-null, size-zero and "
     "huge out of all programs, comma-separated, so that a known bug hides no others",
     0},
    {"jobs", 'j', "N", 0, "Run programs in N processes in parallel (1 to 256; default: 1)", 0},
    {"out", 'o', "DIR", 0, "Shrink findings and save them in DIR/findings (default: allocheck-out)",
     0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static void parse_without(struct argp_state *state, struct ac_without *without, const char *list) {
    const char *unknown = ac_without_add_names(without, list);
    if (unknown != NULL)
        usage_unknown(state, "function or trait", strndupa(unknown, strcspn(unknown, ",")),
                      ac_without_name);
}

static error_t parse_shared(int key, char *argument, struct argp_state *state) {
    struct campaign_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->outputs;
        state->child_inputs[1] = &options->target_options;
        state->child_inputs[2] = &options->inputs;
        options->arguments = state->argv + 1;
        options->jobs = 1;
        options->start_ms = clock_ms();
        options->target_options.holds_signals = true;
        options->shrink_seconds = DEFAULT_SHRINK_SECONDS;
        return 0;
    case KEY_SECONDS:
        options->seconds = option_seconds(state, "--seconds", argument);
        options->target_options.seconds = options->seconds;
        return 0;
    case KEY_CALL_TIME:
        options->call_time = option_seconds(state, "--call-time", argument);
        return 0;
    case KEY_SHRINK_SECONDS:
        options->shrink_seconds = option_seconds(state, "--shrink-seconds", argument);
        return 0;
    case KEY_PREFIX:
        options->prefix = option_prefix(state, argument);
        return 0;
    case KEY_INTERFACE:
        options->interface = true;
        return 0;
    case ARGP_KEY_SUCCESS:
        if (options->prefix != NULL && options->interface)
            usage_exclusive(state, "--prefix", "--interface");
        return 0;
    case KEY_WITHOUT:
        parse_without(state, &options->without, argument);
        return 0;
    case 'j':
        options->jobs = (unsigned)option_number(state, "--jobs", argument, 1, MOST_JOBS);
        return 0;
    case 'o':
        options->out = option_name(state, "--out", "folder", argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* A sweep does not save findings by default. argp frees the result. */
static char *with_default(int key, const char *text, void *input) {
    const struct campaign_options *options = input;
    const bool saves = options == NULL || options->out != NULL;
    return key != 'o' || saves
               ? (char *)(uintptr_t)text
               : strdup("Shrink findings and save them in DIR/findings (default: do not save)");
}

static const struct argp_child shared_children[] = {{&outputs_argp, 0, NULL, 0},
                                                    {&target_argp, 0, NULL, 0},
                                                    {&input_argp, 0, NULL, 0},
                                                    {NULL, 0, NULL, 0}};
const struct argp campaign_argp = {shared_options,  parse_shared, NULL, NULL,
                                   shared_children, with_default, NULL};

/* --- help of `allocheck fuzz` --- */

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

static void put_engine(FILE *to, const char *name, const char *what) {
    fprintf(to, "  %-13s %s\n", name, what);
}

/* Inserts the list of engines before the text after \\v. argp frees the result. */
static char *with_engines(int key, const char *text, void *input) {
    char *whole = NULL;
    size_t length, count;
    (void)input;
    FILE *to = key == ARGP_KEY_HELP_POST_DOC ? open_memstream(&whole, &length) : NULL;
    if (to == NULL)
        return (char *)(uintptr_t)text;
    const struct engine *const *all = engines(&count);
    fprintf(to, "Engines:\n");
    put_engine(to, "auto", "the first of these that can run here");
    for (size_t i = 0; i < count; i++)
        put_engine(to, all[i]->name, all[i]->what);
    fprintf(to, "\n%s", text);
    fclose(to);
    return whole;
}

/* --- values --- */

static const char *engine_name(size_t index) {
    size_t count;
    const struct engine *const *all = engines(&count);
    return index == 0 ? "auto" : index <= count ? all[index - 1]->name : NULL;
}

static const struct engine *parse_engine(struct argp_state *state, const char *name) {
    size_t count;
    const struct engine *const *all = engines(&count);
    if (strcmp(name, "auto") == 0)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    usage_unknown(state, "engine", name, engine_name);
    return NULL;
}

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
        fuzz->engine = parse_engine(state, argument);
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
    const struct argp argp = {fuzz_options, parse, "[PATH...]", doc, children, with_engines, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, options);
    options->deviations = true;
}
