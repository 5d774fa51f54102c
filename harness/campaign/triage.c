// SPDX-License-Identifier: MIT
// `allocheck triage`: runs the crash files that any engine stored. Each finding is confirmed,
// shrunk and kept like one of this tool's own engines.
#include "progress.h"

#include "tool/tool.h"
#include "tool/usage.h"

enum { KEY_RACE = 256, KEY_ROUNDS, DEFAULT_ROUNDS = 500 };

static const struct argp_option options[] = {
    {"race", KEY_RACE, NULL, 0, "Run the threads of each program at the same time", 0},
    {"rounds", KEY_ROUNDS, "N", 0,
     "Rounds of each program, 1 to 1048576 (default: 500); needs --race", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Turns crash files of any fuzzing engine into findings.\v"
    "FILE is an input that libFuzzer, AFL++ or another engine stored, a program in text form "
    "(*.ops), or a folder of them. Each FILE runs in a fresh process, under the replay oracles "
    "too. A "
    "distinct finding is shrunk and saved in DIR/findings, as `allocheck fuzz' does.\n"
    "\n" OUTPUTS_HELP "\n" STATUS_HELP "\n"
    "Examples:\n"
    "  allocheck triage --allocator ./libmine.so crash-*\n"
    "  allocheck triage --allocator slate -o triaged out/default/crashes";

/* --- the engine: the files are seeds, which run before any engine does --- */

static bool run(struct campaign *campaign) {
    (void)campaign;
    return true;
}

static bool estimate(const struct campaign *campaign, struct engine_estimate *estimate) {
    const double all = (double)campaign->seeds.count;
    const double done = (double)(campaign->seed_counts.replayed + campaign->seed_counts.lost +
                                 campaign->seed_counts.timed_out);
    if (done <= 0 || done > all)
        return false;
    *estimate = (struct engine_estimate){
        .share = done / all, .seconds_left = campaign_seconds(campaign) * (all - done) / done};
    return true;
}

static const struct engine engine_triage = {.name = "triage",
                                            .what = "given programs only",
                                            .missing = engine_is_built_in,
                                            .run = run,
                                            .estimate = estimate};

/* --- the command line --- */

static void begin(struct argp_state *state, struct campaign_options *triaged) {
    state->child_inputs[0] = triaged;
    triaged->engine = &engine_triage;
    triaged->out = "allocheck-out";
    triaged->keep_going = triaged->confirms_all = true;
}

static void check_race(struct argp_state *state, struct campaign_options *triaged) {
    struct racing *racing = &triaged->racing;
    if (racing->rounds != 0 && !racing->on)
        usage_needs(state, "--rounds", "--race");
    racing->rounds = racing->rounds != 0 ? racing->rounds : DEFAULT_ROUNDS;
    triaged->confirming_rounds = racing->rounds;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct campaign_options *triaged = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        begin(state, triaged);
        return 0;
    case KEY_RACE:
        triaged->racing.on = true;
        return 0;
    case KEY_ROUNDS:
        triaged->racing.rounds = race_rounds(state, argument);
        return 0;
    case ARGP_KEY_ARGS:
        triaged->names = state->argv + state->next;
        return 0;
    case ARGP_KEY_NO_ARGS:
        return usage_missing(state, "FILE");
    case ARGP_KEY_SUCCESS:
        check_race(state, triaged);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void triage_parse(struct campaign_options *triaged, int argc, char **argv) {
    const struct argp_child children[] = {{&campaign_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
    const struct argp argp = {options, parse, "FILE...", doc, children, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, triaged);
}
