// SPDX-License-Identifier: MIT
// `allocheck explain': one input in detail.
#include "commands.h"
#include "html.h"

#include "findings/findings.h"
#include "session/shell.h"
#include "tool/print_finding.h"
#include "tool/tool.h"
#include "tool/usage.h"

#include <stdio.h>
#include <stdlib.h>

static const struct argp_option options[] = {
    {"html", HTML_KEY, "FILE", 0,
     "Write a page to FILE instead, with the heap over time; - is standard output", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Runs one program and explains the failure and the blocks around it.\v"
    "INPUT is a file, or - for standard input.\n"
    "\n"
    "Prints the guarantee that broke and its source, the ops that matter, the failed call with its "
    "arguments, the expected and the actual answer, the wrong bytes and their owner, the blocks "
    "around them, requests to the page source, and the allocator's stack if a sanitizer prints "
    "one. The page of --html shows the heap over time too, of a program without a finding as well; "
    "it is one file and needs no network.\n"
    "\n" STATUS_HELP "\n"
    "Example:\n"
    "  allocheck explain --allocator ./libmine.so crash.ops --html crash.html";

struct arguments {
    struct session session;
    struct html html;
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct arguments *arguments = state->input;
    struct session *session = &arguments->session;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = session;
        return 0;
    case HTML_KEY:
        html_take(&arguments->html, state, argument);
        return 0;
    case ARGP_KEY_ARGS:
        session->names = state->argv + state->next;
        if (session->names[1] != NULL)
            usage_unexpected(state, session->names[1]);
        return 0;
    case ARGP_KEY_NO_ARGS:
        return usage_missing(state, "INPUT");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static struct ac_child *new_child(const struct session *session) {
    struct ac_child_options child_options = session_child_options(session);
    child_options.keep_journal = true;
    return session_new_child(session, &child_options);
}

static int explain_finding(const struct session *session, const struct input *input,
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

static int print_report(const struct session *session, const struct input *input,
                        const struct ac_report *report) {
    if (report->found)
        return explain_finding(session, input, report);
    printf("%s: no finding on %s: %llu calls\n", input->name, session->target_options.target.name,
           (unsigned long long)report->counts.calls);
    return STATUS_CLEAN;
}

static int run_input(const struct session *session, const struct input *input,
                     struct ac_report *report) {
    switch (session->inline_only ? ac_child_run(session->child, &input->program, report)
                                 : ac_child_replay(session->child, &input->program, report)) {
    case AC_CHILD_RAN:
        return report->found || report->counts.calls > 0
                   ? STATUS_CLEAN
                   : tool_error("%s: no call of this program ran on %s", input->name,
                                session->target_options.target.name);
    case AC_CHILD_TIMEOUT:
        tool_timed_out(input->name, session->timeout);
        return STATUS_TIMEOUT;
    default:
        return tool_cannot_run(input->name, ac_child_trouble(session->child));
    }
}

static int explain_input(const struct arguments *arguments, const struct input *input) {
    const struct session *session = &arguments->session;
    struct ac_report report;
    const int status = run_input(session, input, &report);
    if (status != STATUS_CLEAN)
        return status;
    return arguments->html.wanted ? findings_run_page(session, input, &report, arguments->html.file)
                                  : print_report(session, input, &report);
}

int ac_cmd_explain(int argc, char **argv) {
    const struct argp_child children[] = {{&session_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
    const struct argp argp = {options, parse, "INPUT", doc, children, NULL, NULL};
    struct arguments arguments = {.html.wanted = false};
    struct session *session = &arguments.session;
    struct input input;
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    if (!input_open(&input, session->names[0], &session->inputs))
        return STATUS_ERROR;
    target_suit(&session->target_options, &input.expect);
    session->child = new_child(session);
    int status = session->child != NULL ? explain_input(&arguments, &input) : STATUS_ERROR;
    ac_child_delete(session->child);
    input_close(&input);
    return status;
}
