// SPDX-License-Identifier: MIT
// The command line of `allocheck shrink`.
#define _GNU_SOURCE /* _SC_NPROCESSORS_ONLN */
#include "shrink.h"

#include "tool/tool.h"
#include "tool/usage.h"

#include <unistd.h>

enum { KEY_SECONDS = 256, KEY_CALL_TIME, KEY_TEXT, MOST_JOBS = 256, MOST_BY_DEFAULT = 8 };

static const struct argp_option options[] = {
    {"output", 'o', "FILE", 0, "Write the program to FILE (default: standard output)", 0},
    {"jobs", 'j', "N", 0,
     "Run candidates in N processes at the same time (default: one for each processor, 8 at most)",
     0},
    {"seconds", KEY_SECONDS, "N", 0,
     "Stop after so many seconds, with what there is then (default: no limit)", 0},
    {"call-time", KEY_CALL_TIME, "SECONDS", 0,
     "CPU time that a call may take, besides 5 s for every GiB that it may copy or clear "
     "(default: 5; candidates get 0.5 at most)",
     0},
    {"text", KEY_TEXT, NULL, 0, "Standard input is text, not bytes", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Makes the simplest program that shows the same finding as INPUT: the same oracle, at the same "
    "kind of op.\v"
    "INPUT is a file, or - for standard input; files ending in .ops are text, all others bytes. "
    "Ops are left out, alone and many at once; repeats, sizes, counts and alignments are lowered; "
    "calls, settings and slots are made plainer. It ends where no single step more can be taken. "
    "Ctrl-C ends it sooner, with what there is then. A finding that not every run shows is looked "
    "for several times in each candidate; with --race a candidate holds where most of some runs "
    "show "
    "it, at whatever op, and has ops on two threads at least.\n"
    "\n"
    "Exit status: 0 a program that shows the finding was written; 2 usage, unreadable input, "
    "unwritable output, or INPUT shows no finding.";

static unsigned default_jobs(void) {
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1                 ? 1
           : processors > MOST_BY_DEFAULT ? MOST_BY_DEFAULT
                                          : (unsigned)processors;
}

static error_t parse_name(struct argp_state *state, struct shrinking *shrinking, char *name) {
    if (shrinking->name != NULL) {
        return usage_unexpected(state, name);
    }
    shrinking->name = name;
    return 0;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct shrinking *shrinking = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &shrinking->target_options;
        state->child_inputs[1] = &shrinking->racing;
        shrinking->jobs = default_jobs();
        return 0;
    case 'o':
        shrinking->out = argument;
        return 0;
    case 'j':
        shrinking->jobs = (unsigned)option_number(state, "--jobs", argument, 1, MOST_JOBS);
        return 0;
    case KEY_SECONDS:
        shrinking->seconds = option_seconds(state, "--seconds", argument);
        return 0;
    case KEY_CALL_TIME:
        shrinking->call_time = option_seconds(state, "--call-time", argument);
        return 0;
    case KEY_TEXT:
        shrinking->form = INPUT_STDIN_TEXT;
        return 0;
    case ARGP_KEY_ARG:
        return parse_name(state, shrinking, argument);
    case ARGP_KEY_NO_ARGS:
        return usage_missing(state, "INPUT");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void shrinking_parse(struct shrinking *shrinking, int argc, char **argv) {
    const struct argp_child children[] = {
        {&target_argp, 0, NULL, 0}, {&race_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
    const struct argp argp = {options, parse, "INPUT", doc, children, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, shrinking);
}
