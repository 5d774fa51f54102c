// SPDX-License-Identifier: MIT
// `allocheck explain`: one input, looked at closely.
#include "commands.h"

#include "tool/tool.h"
#include "tool/usage.h"
#include "tool/print_finding.h"
#include "session/session.h"
#include "session/shell.h"

#include <stdio.h>
#include <stdlib.h>

static const char doc[] =
    "Runs a program and explains what it finds.\v"
    "INPUT is a file, or - for standard input. Printed are the guarantee that was broken and where "
    "it is written, the ops that matter with the one that failed marked, the call with its "
    "arguments, what was expected and what came, the wrong bytes and whose they are, the blocks "
    "round them, what the page source saw, and the allocator's stack where a sanitizer has it.\n"
    "\n"
    "Exit status: 0 the input was run and nothing is wrong; 1 a finding; 2 usage, unreadable "
    "input, or nothing run; 3 the time of --timeout was over.";

static error_t parse(int key, char *argument, struct argp_state *state) {
    (void)argument;
    struct session *session = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = session;
        return 0;
    case ARGP_KEY_ARGS:
        session->names = state->argv + state->next;
        if (session->names[1] != NULL) {
            return usage_unexpected(state, session->names[1]);
        }
        return 0;
    case ARGP_KEY_NO_ARGS:
        return usage_missing(state, "INPUT");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static struct ac_child *new_child(const struct session *session) {
    const struct ac_child_options child_options = {.target = session->target_options.target,
                                                   .oracles = session->target_options.oracles,
                                                   .free_at_end = true,
                                                   .keep_journal = true,
                                                   .memory = session->target_options.memory,
                                                   .call_ms = option_call_ms(session->call_time)};
    struct ac_child *child = ac_child_new(&child_options);
    if (child != NULL) {
        ac_child_timeout(child, (uint64_t)(session->timeout * 1000 + 0.999));
    }
    return child;
}

static int say_clean(const struct session *session, const struct input *input,
                     const struct ac_report *report) {
    const char *allocator = session->target_options.target.name;
    if (report->counts.calls == 0) {
        return tool_error("%s: no call of this program ran on %s", input->name, allocator);
    }
    printf("%s: no finding on %s: %llu calls, nothing is wrong with any of them\n", input->name,
           allocator, (unsigned long long)report->counts.calls);
    return STATUS_CLEAN;
}

static int say_found(const struct session *session, const struct input *input,
                     const struct ac_report *report) {
    char *command = shell_run_command(session, input);
    const struct finding_to_print to_print = {.label = input->name,
                                              .program = &input->program,
                                              .finding = &report->finding,
                                              .allocator = session->target_options.target.name,
                                              .command = command};
    print_finding(&to_print, session->child);
    free(command);
    return STATUS_FINDING;
}

static int explain_input(const struct session *session, const struct input *input) {
    struct ac_report report;
    enum ac_child_end end = session->inline_only
                                ? ac_child_run(session->child, &input->program, &report)
                                : ac_child_replay(session->child, &input->program, &report);
    if (end == AC_CHILD_TIMEOUT) {
        tool_timed_out(input->name, session->timeout);
        return STATUS_TIMEOUT;
    }
    if (end == AC_CHILD_FAILED) {
        return tool_cannot_run(input->name, ac_child_trouble(session->child));
    }
    return report.found ? say_found(session, input, &report) : say_clean(session, input, &report);
}

int ac_cmd_explain(int argc, char **argv) {
    const struct argp_child children[] = {{&session_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
    const struct argp argp = {NULL, parse, "INPUT", doc, children, NULL, NULL};
    struct session session = {.command = NULL};
    struct input input;
    argp_parse(&argp, argc, argv, 0, NULL, &session);
    if (!input_open(&input, session.names[0], session.form)) {
        return STATUS_ERROR;
    }
    target_trap(&session.target_options, &input.expect);
    session.child = new_child(&session);
    int status = session.child != NULL ? explain_input(&session, &input) : tool_out_of_memory();
    ac_child_delete(session.child);
    input_close(&input);
    return status;
}
