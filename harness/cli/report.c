// SPDX-License-Identifier: MIT
// `allocheck report`: one run, or a folder of findings, as a page.
#include "commands.h"

#include "report_page.h"

#include "tool/tool.h"
#include "tool/paths.h"
#include "tool/usage.h"
#include "tool/output.h"

#include <stdlib.h>
#include <unistd.h>

static const struct argp_option options[] = {
    {"output", 'o', "FILE", 0,
     "Write to FILE, whole or not at all (default: standard output, unless that is a terminal)", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Writes a page that shows what a program does to the heap, and what is wrong.\v"
    "INPUT is a program (text where its name ends in .ops, else bytes; - is standard input), with "
    "a "
    "finding or without; a recorded program shows what the heap of its command looks like. Or it "
    "is "
    "a folder of findings, as `allocheck fuzz' leaves them (folders with a finding.json, up to "
    "four "
    "deep): the page then lists each once, with links to its files.\n"
    "\n"
    "The page is one file that needs no network. The options that choose the allocator are for a "
    "program only.\n"
    "\n"
    "Exit status: 0 a page without a finding; 1 a page with one; 2 usage, unreadable input or "
    "unwritable output; 3 the time of --timeout was over. No page is left after by 2 and 3.";

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct report_job *job = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &job->session;
        return 0;
    case 'o':
        job->to = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (job->from != NULL) {
            return usage_unexpected(state, argument);
        }
        job->from = argument;
        return 0;
    case ARGP_KEY_NO_ARGS:
        return usage_missing(state, "INPUT");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int write_page(const struct report_job *job, const struct report_text *page, int status) {
    return output_write(job->to, page->text, page->length) ? status : STATUS_ERROR;
}

int ac_cmd_report(int argc, char **argv) {
    struct report_job job = {.from = NULL};
    struct report_text page = {.text = NULL};
    const struct argp_child children[] = {{&session_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
    const struct argp argp = {options, parse, "INPUT", doc, children, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &job);
    if (job.to == NULL && isatty(STDOUT_FILENO)) {
        return tool_error("expected -o FILE: a page is nothing for a terminal");
    }
    int status =
        path_is_folder(job.from) ? report_of_folder(&job, &page) : report_of_run(&job, &page);
    if (page.text != NULL) {
        status = write_page(&job, &page, status);
    }
    free(page.text);
    return status;
}
