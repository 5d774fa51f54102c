// SPDX-License-Identifier: MIT
// `allocheck shrink`: the simplest program with the same finding.
#define _GNU_SOURCE /* _SC_NPROCESSORS_ONLN */
#include "commands.h"

#include "session/shrinking.h"
#include "tool/call_time.h"
#include "tool/tool.h"
#include "tool/usage.h"

#include <unistd.h>

enum { KEY_SECONDS = 256, MOST_BY_DEFAULT = 8 };

static const struct argp_option options[] = {
    {"output", 'o', "FILE", 0, "Write the program to FILE (default: standard output)", 0},
    {"jobs", 'j', "N", 0,
     "Run candidates in N processes in parallel (1 to 256; default: one per processor, at most 8)",
     0},
    {"seconds", KEY_SECONDS, "N", 0,
     "Stop after N seconds with the simplest program so far (default: no limit)", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Finds the simplest program that shows the same finding as INPUT: the same oracle, at the same "
    "kind of op.\v"
    "INPUT is a file, or - for standard input. "
    "shrink removes ops, lowers repeats, sizes, counts and alignments, and replaces calls, "
    "settings and slots by plainer ones, until no single step makes the program simpler. Ctrl-C "
    "stops it with the simplest program so far. A call of a candidate gets at most 0.5 s of CPU "
    "time. "
    "If not every run shows the finding, each candidate runs several times. With --race a "
    "candidate must keep ops on two threads, and most of its "
    "runs must show the oracle, at any op.\n"
    "\n"
    "Exit status: 0 a program that shows the finding was written; 2 usage, unreadable input, "
    "unwritable output, or INPUT shows no finding.\n"
    "\n"
    "Examples:\n"
    "  allocheck shrink --allocator ./libmine.so crash-1 -o crash-1.ops\n"
    "  allocheck shrink --race --rounds 1000 race.ops";

static unsigned default_jobs(void) {
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1                 ? 1
           : processors > MOST_BY_DEFAULT ? MOST_BY_DEFAULT
                                          : (unsigned)processors;
}

static error_t parse_name(struct argp_state *state, struct shrinking *shrinking, char *name) {
    if (shrinking->name != NULL)
        return usage_unexpected(state, name);
    shrinking->name = name;
    return 0;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct shrinking *shrinking = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &shrinking->target_options;
        state->child_inputs[1] = &shrinking->racing;
        state->child_inputs[2] = &shrinking->inputs;
        state->child_inputs[3] = &shrinking->call_time;
        shrinking->jobs = default_jobs();
        return 0;
    case 'o':
        shrinking->out = argument;
        return 0;
    case 'j':
        shrinking->jobs = option_jobs(state, argument);
        return 0;
    case KEY_SECONDS:
        shrinking->seconds = option_seconds(state, "--seconds", argument);
        return 0;
    case ARGP_KEY_ARG:
        return parse_name(state, shrinking, argument);
    case ARGP_KEY_NO_ARGS:
        return usage_missing(state, "INPUT");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int ac_cmd_shrink(int argc, char **argv) {
    const struct argp_child children[] = {{&target_argp, 0, NULL, 0},
                                          {&race_argp, 0, NULL, 0},
                                          {&input_argp, 0, NULL, 0},
                                          {&call_time_argp, 0, NULL, 0},
                                          {NULL, 0, NULL, 0}};
    const struct argp argp = {options, parse, "INPUT", doc, children, NULL, NULL};
    struct shrinking shrinking = {.jobs = 0};
    argp_parse(&argp, argc, argv, 0, NULL, &shrinking);
    return shrinking_run(&shrinking);
}
