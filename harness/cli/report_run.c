// SPDX-License-Identifier: MIT
// The page of one run.
#define _GNU_SOURCE /* open_memstream */
#include "report_page.h"

#include "tool/tool.h"
#include "tool/usage.h"
#include "session/shell.h"

#include "report/report.h"

#include <stdlib.h>

enum { CHILD_TEXT = 1 << 14 };

static struct ac_child *new_child(const struct session *session) {
    const struct ac_child_options options = {.target = session->target_options.target,
                                             .oracles = session->target_options.oracles,
                                             .free_at_end = true,
                                             .memory = session->target_options.memory,
                                             .call_ms = option_call_ms(session->call_time),
                                             .keep_journal = true};
    struct ac_child *child = ac_child_new(&options);
    if (child != NULL) {
        ac_child_timeout(child, (uint64_t)(session->timeout * 1000 + 0.999));
    }
    return child;
}

/* What the process wrote, to be freed. NULL: no memory. */
static char *output_of(const struct ac_child *child) {
    char *text = calloc(1, CHILD_TEXT);
    if (text != NULL) {
        ac_child_output(child, text, CHILD_TEXT - 1);
    }
    return text;
}

static int make_page(const struct session *session, const struct input *input,
                     const struct ac_report *came, struct report_text *page) {
    char *command = shell_run_command(session, input), *output = output_of(session->child);
    const struct ac_journal *journal = ac_child_journal(session->child);
    uint64_t *usable = report_learn_usable(session, &input->program, came, journal);
    const struct report report = {.input = input->name,
                                  .program = &input->program,
                                  .allocator = session->target_options.target.name,
                                  .came = came,
                                  .journal = journal,
                                  .usable = usable,
                                  .command = command,
                                  .output = output};
    FILE *to = open_memstream(&page->text, &page->length);
    bool written = to != NULL && report_write(&report, to);
    written = to != NULL && fclose(to) == 0 && written;
    free(usable);
    free(command);
    free(output);
    if (!written) {
        free(page->text);
        page->text = NULL;
        return tool_out_of_memory();
    }
    return came->found ? STATUS_FINDING : STATUS_CLEAN;
}

static int run_input(const struct session *session, const struct input *input,
                     struct report_text *page) {
    struct ac_report came;
    switch (session->inline_only ? ac_child_run(session->child, &input->program, &came)
                                 : ac_child_replay(session->child, &input->program, &came)) {
    case AC_CHILD_RAN:
        return came.found || came.counts.calls > 0
                   ? make_page(session, input, &came, page)
                   : tool_error("%s: no call of this program ran, there is nothing to show",
                                input->name);
    case AC_CHILD_TIMEOUT:
        tool_timed_out(input->name, session->timeout);
        return STATUS_TIMEOUT;
    default:
        return tool_cannot_run(input->name, ac_child_trouble(session->child));
    }
}

int report_of_run(struct report_job *job, struct report_text *page) {
    struct session *session = &job->session;
    struct input input;
    if (!input_open(&input, job->from, session->form)) {
        return STATUS_ERROR;
    }
    target_trap(&session->target_options, &input.expect);
    session->child = new_child(session);
    int status = session->child != NULL ? run_input(session, &input, page) : tool_out_of_memory();
    ac_child_delete(session->child);
    input_close(&input);
    return status;
}
