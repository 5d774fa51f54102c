// SPDX-License-Identifier: MIT
#include "session.h"

#include "tool/print_finding.h"
#include "tool/status.h"
#include "tool/tool.h"
#include "shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Without the trap that it expects, an input refuses none of the allocator's page requests. */
static bool lacks_trap(const struct session *session, const struct ac_expect *expect) {
    const struct ac_target *target = &session->target_options.target;
    return expect->trapped && !target->trapped && !ac_target_takes_pages(target);
}

/* The oracle whose finding the input expects from this allocator; -1: none, or one that this
 * session does not check. */
static int expected_oracle(const struct session *session, const struct ac_expect *expect) {
    bool here =
        expect->on[0] == '\0' || strcmp(expect->on, session->target_options.target.name) == 0;
    if (!expect->given || expect->clean || !here || lacks_trap(session, expect) ||
        !(session->target_options.oracles & AC_ORACLE_BIT(expect->oracle)))
        return -1;
    enum ac_oracle_when when = ac_oracle_info((enum ac_oracle)expect->oracle)->when;
    bool checks = when == AC_INLINE || (when == AC_REPLAY && !session->inline_only);
    return checks ? expect->oracle : -1;
}

static void print_confirmation(const struct session *session, const struct input *input,
                               enum ac_oracle oracle) {
    char text[RACE_TEXT];
    const struct race_confirmation confirmation =
        race_confirm(session->child, &input->program, &session->racing, oracle, 0);
    status_clear();
    printf("  race      %s\n", race_describe(&session->racing, &confirmation, text, sizeof text));
}

static void print_found(const struct session *session, const struct input *input,
                        const struct ac_finding *finding) {
    char *command = shell_run_command(session, input);
    const struct finding_to_print to_print = {.label = input->name,
                                              .program = &input->program,
                                              .finding = finding,
                                              .allocator = session->target_options.target.name,
                                              .command = command};
    print_finding(&to_print, session->child);
    free(command);
    if (session->racing.on)
        print_confirmation(session, input, finding->oracle);
}

static bool is_named(const struct session *session, const char *input) {
    char **name = session->names;
    while (name != NULL && *name != NULL && strcmp(*name, input) != 0)
        name++;
    return name != NULL && *name != NULL;
}

/* False: out of memory. */
static bool note_idle(struct session *session, const char *input) {
    const char **grown =
        realloc(session->idle_names, (session->idle + 1) * sizeof *session->idle_names);
    if (grown == NULL)
        return false;
    session->idle_names = grown;
    session->idle_names[session->idle++] = input;
    return true;
}

/* Of a corpus, some programs ask for nothing that the allocator offers. They are named at the end.
 * A text that the user named was meant to run. */
static enum result_verdict check_idle(struct session *session, const struct input *input) {
    const bool meant = input_is_text(input->name) && is_named(session, input->name);
    if (!note_idle(session, input->name))
        tool_out_of_memory();
    if (!meant)
        return RESULT_IDLE;
    tool_error("%s: no call of this stored program ran", input->name);
    session->troubles++;
    return RESULT_TROUBLE;
}

static enum result_verdict check(struct session *session, const struct input *input,
                                 const struct ac_report *report) {
    int expected = expected_oracle(session, &input->expect);
    if (expected >= 0 && !report->found) {
        status_clear();
        printf("%s: expected finding not shown: %s on %s\n", input->name,
               ac_oracle_info((enum ac_oracle)expected)->id, session->target_options.target.name);
        session->findings++;
        return RESULT_MISSED;
    }
    if (report->found && (int)report->finding.oracle == expected) {
        session->satisfied++;
        if (session->paths.count == 1)
            print_found(session, input, &report->finding);
        return RESULT_EXPECTED;
    }
    if (report->found) {
        session->findings++;
        print_found(session, input, &report->finding);
        return RESULT_FINDING;
    }
    return report->counts.calls == 0 ? check_idle(session, input) : RESULT_PASSED;
}

enum result_verdict session_check(struct session *session, const struct input *input,
                                  const struct ac_report *report) {
    const enum result_verdict verdict = check(session, input, report);
    fflush(stdout);
    return verdict;
}
