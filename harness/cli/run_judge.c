// SPDX-License-Identifier: MIT
// What came of an input, against what it says it should do.
#define _GNU_SOURCE /* asprintf */
#include "run.h"

#include "cli.h"
#include "shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FINDING_TEXT = 1 << 13, CHILD_TEXT = 1 << 14 };

/* The oracle whose finding the input expects of this session's allocator, or -1. An oracle that
 * does not judge in this session is not waited for. */
static int expected_oracle(const struct session *session, const struct ac_expect *expect) {
    bool here = expect->on[0] == '\0' || strcmp(expect->on, session->trial.subject.name) == 0;
    if (!expect->given || expect->clean || !here ||
        !(session->trial.oracles & AC_ORACLE_BIT(expect->oracle))) {
        return -1;
    }
    enum ac_oracle_when when = ac_oracle_info((enum ac_oracle)expect->oracle)->when;
    bool judges = when == AC_INLINE || (when == AC_REPLAY && !session->inline_only);
    return judges ? expect->oracle : -1;
}

/* Prints what the process said before it ended, a sanitizer's report above all. */
static void print_child_output(const struct session *session, const struct input *input) {
    char *text = malloc(CHILD_TEXT);
    size_t length = text ? ac_child_output(session->child, text, CHILD_TEXT) : 0;
    if (length > 0) {
        printf("%s: the process wrote:\n%s%s", input->name, text,
               text[length - 1] == '\n' ? "" : "\n");
    }
    free(text);
}

static void print_finding(const struct session *session, const struct input *input,
                          const struct ac_finding *finding) {
    char *command = shell_run_command(session, input);
    char *text = malloc(FINDING_TEXT);
    print_child_output(session, input);
    if (command != NULL && text != NULL) {
        ac_print_finding(finding, &input->program, session->trial.subject.name, command, text,
                         FINDING_TEXT);
        printf("%s: %s", input->name, text);
    } else {
        printf("%s: finding: %s\n", input->name, ac_oracle_info(finding->oracle)->id);
    }
    free(text);
    free(command);
}

static void judge_idle(struct session *session, const struct input *input) {
    session->idle++;
    if (input_is_text(input->name)) {
        cli_trouble("%s: no call of this stored program ran", input->name);
        session->troubles++;
    } else {
        printf("no call ran: %s\n", input->name);
    }
}

void run_judge(struct session *session, const struct input *input, const struct ac_report *report) {
    int expected = expected_oracle(session, &input->expect);
    if (expected >= 0 && !report->found) {
        printf("%s: expected a finding of %s on %s, but none came\n", input->name,
               ac_oracle_info((enum ac_oracle)expected)->id, session->trial.subject.name);
        session->findings++;
    } else if (report->found && (int)report->finding.oracle == expected) {
        session->satisfied++;
    } else if (report->found) {
        session->findings++;
        print_finding(session, input, &report->finding);
    } else if (report->counts.calls == 0) {
        judge_idle(session, input);
    }
    fflush(stdout);
}
