// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "findings.h"
#include "pages.h"

#include "session/shell.h"
#include "tool/tool.h"
#include "tool/output.h"

#include "report/report.h"

#include <stdlib.h>

enum { CHILD_TEXT = 1 << 14 };

/* The output of the process, to be freed. NULL: out of memory. */
static char *output_of(const struct ac_child *child) {
    char *text = calloc(1, CHILD_TEXT);
    if (text != NULL)
        ac_child_output(child, text, CHILD_TEXT - 1);
    return text;
}

int findings_write_file(const char *to, char *page, size_t length, int status) {
    const bool whole = page != NULL;
    const bool written = whole && output_write(to, page, length);
    free(page);
    return written ? status : whole ? STATUS_ERROR : tool_out_of_memory();
}

/* NULL: out of memory. */
static char *make_page(const struct report *report, size_t *length) {
    char *page = NULL;
    FILE *to = open_memstream(&page, length);
    bool whole = to != NULL && report_write(report, to);
    whole = to != NULL && fclose(to) == 0 && whole;
    if (!whole) {
        free(page);
        page = NULL;
    }
    return page;
}

int findings_run_page(const struct session *session, const struct input *input,
                      const struct ac_report *ran, const char *to) {
    char *command = shell_run_command(session, input), *output = output_of(session->child);
    const struct ac_journal *journal = ac_child_journal(session->child);
    struct stack stack;
    stack_of_child(session->child, &stack);
    uint64_t *usable = run_usable_sizes(session, &input->program, ran, journal);
    const struct report report = {.input = input->name,
                                  .program = &input->program,
                                  .allocator = session->target_options.target.name,
                                  .outcome = ran,
                                  .journal = journal,
                                  .usable = usable,
                                  .command = command,
                                  .output = output,
                                  .stack = &stack};
    size_t length = 0;
    char *page = make_page(&report, &length);
    free(usable);
    free(command);
    free(output);
    return findings_write_file(to, page, length, ran->found ? STATUS_FINDING : STATUS_CLEAN);
}
