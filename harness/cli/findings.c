// SPDX-License-Identifier: MIT
// `allocheck findings': distinct saved findings.
#include "commands.h"
#include "html.h"

#include "findings/findings.h"
#include "tool/tool.h"
#include "tool/usage.h"

static const struct argp_option options[] = {
    {"html", HTML_KEY, "FILE", 0,
     "Write a page of one DIR to FILE instead, with links to its files; - is standard output", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Lists distinct saved findings.\v"
    "DIR is a folder that `allocheck fuzz' or ci/fuzz has written, or holds such folders: every "
    "finding.json in it is read. Findings of one allocator are listed together if they have the "
    "same cause: the allocator's innermost frames, or else the calls of the shrunk programs with "
    "classes for sizes, agree. `also at' lists the other checks and functions. Crash files of "
    "another fuzzer are not findings yet: `allocheck triage' runs them and saves what they find.\n"
    "\n"
    "Exit status: 0 no finding; 1 one or more; 2 usage, unreadable file or unwritable page.\n"
    "\n"
    "Example:\n"
    "  allocheck findings campaign --html findings.html";

struct arguments {
    char **folders; /* NULL at the end */
    struct html html;
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct arguments *arguments = state->input;
    switch (key) {
    case HTML_KEY:
        html_take(&arguments->html, state, argument);
        return 0;
    case ARGP_KEY_ARGS:
        arguments->folders = state->argv + state->next;
        return 0;
    case ARGP_KEY_NO_ARGS:
        return usage_missing(state, "DIR");
    case ARGP_KEY_END:
        if (arguments->html.wanted && arguments->folders[1] != NULL) {
            argp_error(state, "unexpected argument '%s': --html takes one DIR",
                       arguments->folders[1]);
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int ac_cmd_findings(int argc, char **argv) {
    struct arguments arguments = {.folders = NULL};
    const struct argp argp = {options, parse, "DIR...", doc, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &arguments);
    return arguments.html.wanted ? findings_page(arguments.folders[0], arguments.html.file)
                                 : findings_list(arguments.folders);
}
