// SPDX-License-Identifier: MIT
// The command line of `allocheck run`.
#include "run.h"

#include "cli.h"

enum { KEY_TEXT = 256, KEY_TIMEOUT, KEY_CALL_TIME, KEY_INLINE, KEY_COUNTS };

static const struct argp_option options[] = {
    {"inline", KEY_INLINE, NULL, 0,
     "Run each program once, without the oracles that need several runs", 0},
    {"text", KEY_TEXT, NULL, 0, "Standard input is text, not bytes", 0},
    {"timeout", KEY_TIMEOUT, "SECONDS", 0, "Stop after so many seconds in all", 0},
    {"call-time", KEY_CALL_TIME, "SECONDS", 0,
     "CPU time that a call may take, besides 5 s for every GiB that it may copy or clear "
     "(default: 5)",
     0},
    {"counts", KEY_COUNTS, NULL, 0, "Print what the programs did and how often each oracle judged",
     0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Runs programs of allocator calls and judges every answer.\v"
    "PATH is a file, a folder (its files, except dot files and README*), or - for standard input. "
    "Files ending in .ops are text; all others are bytes, as fuzzing engines write them, and so is "
    "standard input unless --text is given. A text may say what it should do: `# expect: clean', "
    "or `# expect: finding ORACLE on ALLOCATOR'.\n"
    "\n"
    "Exit status: 0 every input was read whole, calls ran, nothing is wrong; 1 a finding; 2 usage, "
    "unreadable input, or nothing run; 3 the time of --timeout was over.";

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct session *session = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &session->trial;
        return 0;
    case KEY_TEXT:
        session->form = INPUT_STDIN_TEXT;
        return 0;
    case KEY_TIMEOUT:
        session->timeout = cli_seconds(state, "--timeout", argument);
        return 0;
    case KEY_CALL_TIME:
        session->call_time = cli_seconds(state, "--call-time", argument);
        return 0;
    case KEY_INLINE:
        session->inline_only = true;
        return 0;
    case KEY_COUNTS:
        session->print_counts = true;
        return 0;
    case ARGP_KEY_ARGS:
        session->names = state->argv + state->next;
        return 0;
    case ARGP_KEY_END:
        if (session->trial.oracles == AC_ORACLE_BIT(AC_ORACLE_AGREEMENT)) {
            argp_error(state, "agreement is of two allocators: see `allocheck compare'");
        }
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "expected at least one PATH");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void run_parse(struct session *session, int argc, char **argv) {
    const struct argp_child children[] = {{&trial_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
    const struct argp argp = {options, parse, "PATH...", doc, children, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, session);
}
