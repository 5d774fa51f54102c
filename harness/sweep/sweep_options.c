// SPDX-License-Identifier: MIT
// The command line of `allocheck sweep`.
#include "sweep.h"

#include "tool/tool.h"
#include "tool/usage.h"

enum { KEY_SECONDS = 256, KEY_CALL_TIME, KEY_TEXT, KEY_JSON, MOST_JOBS = 256 };

static const struct argp_option options[] = {
    {"seconds", KEY_SECONDS, "N", 0, "Stop after so many seconds (default: no limit)", 0},
    {"call-time", KEY_CALL_TIME, "SECONDS", 0,
     "CPU time that a call may take, besides 5 s for every GiB that it may copy or clear "
     "(default: 5)",
     0},
    {"jobs", 'j', "N", 0, "Run programs in N processes at the same time (default: 1)", 0},
    {"out", 'o', "DIR", 0,
     "Reduce findings to the ops that they need, and keep them, as `allocheck fuzz' does", 0},
    {"json", KEY_JSON, "FILE", 0, "Write what came of it as JSON", 0},
    {"text", KEY_TEXT, NULL, 0, "Standard input is text, not bytes", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Refuses every page request of every program, and checks each run in full.\v"
    "PATH is a program, a folder of them, or - for standard input, as for `allocheck run'. A "
    "program that makes n page requests is run with the first refused, the second, ... the nth; "
    "with all refused from the first on, from the second on, ...; and, where it asks for growth in "
    "place, with that refused too. Its own ops `refuse' stay. A program that shows a finding "
    "without this is not swept.\n"
    "\n"
    "A finding is printed with the request that was refused, and as a program with an op that "
    "refuses it where there is one.\n"
    "\n"
    "Exit status: 0 all was run, nothing is wrong; 1 a finding; 2 usage, unreadable input, or "
    "nothing to refuse; 3 the time of --seconds was over before all was run.";

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct sweep *sweep = state->input;
    struct fuzz_options *campaign = &sweep->campaign->options;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &campaign->target_options;
        campaign->jobs = 1;
        campaign->keep_going = true;
        return 0;
    case KEY_SECONDS:
        campaign->seconds = option_seconds(state, "--seconds", argument);
        return 0;
    case KEY_CALL_TIME:
        campaign->call_time = option_seconds(state, "--call-time", argument);
        return 0;
    case KEY_TEXT:
        sweep->form = INPUT_STDIN_TEXT;
        return 0;
    case 'j':
        campaign->jobs = (unsigned)option_number(state, "--jobs", argument, 1, MOST_JOBS);
        return 0;
    case KEY_JSON:
        sweep->json = option_name(state, "--json", "file", argument);
        return 0;
    case 'o':
        campaign->out = option_name(state, "--out", "folder", argument);
        return 0;
    case ARGP_KEY_ARGS:
        campaign->names = state->argv + state->next;
        return 0;
    case ARGP_KEY_NO_ARGS:
        return usage_missing(state, "PATH");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void sweep_parse(struct sweep *sweep, int argc, char **argv) {
    const struct argp_child children[] = {{&target_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
    const struct argp argp = {options, parse, "PATH...", doc, children, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, sweep);
}
