// SPDX-License-Identifier: MIT
// `allocheck run`: runs programs and checks every answer.
#define _GNU_SOURCE /* program_invocation_name */
#include "commands.h"

#include "session/session.h"
#include "tool/interrupt.h"
#include "tool/tool.h"
#include "tool/usage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_COUNTS = 256, KEY_ATTEMPTS, KEY_ONE_PROCESS, MOST_ATTEMPTS = 1000000 };

static const struct argp_option options[] = {
    {"counts", KEY_COUNTS, NULL, 0, "Print what the programs did and how often each oracle checked",
     0},
    {"attempts", KEY_ATTEMPTS, "N", 0,
     "Repeat each race run, in a fresh process, up to N times until it shows a finding, 1 to "
     "1000000 (default: 1); needs --race",
     0},
    {"one-process", KEY_ONE_PROCESS, NULL, 0,
     "Run all programs one after another in one process, once each: for findings that need what "
     "earlier programs left there",
     0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Runs programs of allocator calls and checks every answer.\v"
    "PATH is a file, a folder, or - for standard input. Of a folder, all files are run except dot "
    "files and README*; of a finding that `allocheck fuzz' saved, only the shrunk program, trapped "
    "or as a race if its finding.json says so. Programs that make no call, for example because the "
    "allocator lacks a function, are named. Files "
    "ending in .ops are text; all others, and standard input, are bytes, as fuzzing engines write "
    "them. A trace, a log or another text that is no program is refused, as are devices and pipes. "
    "A text can state its expected result: `# expect: clean' or `# "
    "expect: finding ORACLE on ALLOCATOR'.\n"
    "\n" OUTPUTS_HELP "\n" STATUS_HELP "\n"
    "Examples:\n"
    "  allocheck run --allocator ./libmine.so corpus\n"
    "  allocheck run --allocator ./libmine.so --json results.json bug.ops\n"
    "  allocheck run --race --seed 7 bug.ops";

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct session *session = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = session;
        state->child_inputs[1] = &session->racing;
        state->child_inputs[2] = &session->outputs;
        return 0;
    case KEY_COUNTS:
        session->print_counts = true;
        return 0;
    case KEY_ATTEMPTS:
        session->racing.attempts =
            (uint32_t)option_number(state, "--attempts", argument, 1, MOST_ATTEMPTS);
        return 0;
    case KEY_ONE_PROCESS:
        session->one_process = true;
        return 0;
    case ARGP_KEY_ARGS:
        session->names = state->argv + state->next;
        return 0;
    case ARGP_KEY_END:
        if (session->target_options.oracles == AC_ORACLE_BIT(AC_ORACLE_AGREEMENT))
            argp_error(state, "agreement needs two allocators; use `allocheck compare'");
        if (session->racing.attempts != 0 && !session->racing.on)
            usage_needs(state, "--attempts", "--race");
        if (session->racing.on && session->inline_only)
            usage_exclusive(state, "--inline", "--race");
        if (session->racing.on && session->one_process)
            usage_exclusive(state, "--one-process", "--race");
        return 0;
    case ARGP_KEY_NO_ARGS:
        return usage_missing(state, "PATH");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int exit_status(const struct session *session) {
    if (session->findings > 0)
        return STATUS_FINDING;
    if (session->troubles + session->paths.troubles > 0)
        return STATUS_ERROR;
    if (interrupt_pending())
        return STATUS_INTERRUPTED;
    if (session->timed_out)
        return STATUS_TIMEOUT;
    if (session->sum.counts.calls == 0 && session->satisfied == 0)
        return tool_error("nothing was run: no input made a call");
    return session->satisfied > 0 ? STATUS_CLEAN : target_check_grants(&session->target_options);
}

/* Prints the summary and writes the outputs. */
static int finish(struct session *session) {
    session_print_summary(session);
    session->results.signal = interrupt_signal();
    session->results.timed_out = session->timed_out;
    session->results.status = exit_status(session);
    if (!session_write_outputs(session) && session->results.status != STATUS_FINDING)
        session->results.status = STATUS_ERROR;
    free(session->idle_names);
    paths_destroy(&session->paths);
    return session->results.status;
}

int ac_cmd_run(int argc, char **argv) {
    const struct argp_child children[] = {{&session_argp, 0, NULL, 0},
                                          {&race_argp, 0, NULL, 0},
                                          {&outputs_argp, 0, NULL, 0},
                                          {NULL, 0, NULL, 0}};
    const struct argp argp = {options, parse, "PATH...", doc, children, NULL, NULL};
    const bool single = strcmp(argv[0], program_invocation_name) == 0;
    struct session session = {.single = single ? argv[0] : NULL, .arguments = argv + 1};
    argp_parse(&argp, argc, argv, 0, NULL, &session);
    if (!session_open_outputs(&session))
        return STATUS_ERROR;
    session.troubles += !session_run(&session);
    return finish(&session);
}
