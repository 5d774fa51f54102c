// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE /* strdup */
#include "session.h"

#include "tool/rerun.h"
#include "shell.h"

#include <stdlib.h>
#include <string.h>

enum { FINDING_TEXT = 1 << 13, CHILD_TEXT = 1 << 14 };

bool session_keeps_results(const struct session *session) {
    return outputs_wanted(&session->outputs);
}

bool session_open_outputs(struct session *session) {
    if (!outputs_open(&session->outputs))
        return false;
    if (session_keeps_results(session)) {
        session->results.setup =
            (struct setup){.target = &session->target_options.target,
                           .oracles = session->target_options.oracles,
                           .memory = session->target_options.memory,
                           .call_seconds = session->call_time,
                           .inline_only = session->inline_only,
                           .profile_file = session->target_options.profile_file};
        session->results.arguments = session->arguments;
        setup_open(&session->results.setup);
    }
    return true;
}

bool session_write_outputs(struct session *session) {
    const bool good = outputs_write(&session->outputs, &session->results);
    results_destroy(&session->results);
    setup_close(&session->results.setup);
    return good;
}

static char *copy_of(const char *text) {
    return text != NULL ? strdup(text) : NULL;
}

/* Output of the process; the caller frees it. NULL: none. */
static char *output_of(const struct ac_child *child) {
    char *text = malloc(CHILD_TEXT);
    if (text != NULL && ac_child_output(child, text, CHILD_TEXT) == 0) {
        free(text);
        return NULL;
    }
    return text;
}

static char *printed_finding(const struct session *session, const struct input *input,
                             const struct ac_finding *finding) {
    char *text = malloc(FINDING_TEXT);
    if (text != NULL) {
        ac_print_finding(finding, &input->program, session->target_options.target.name, NULL, text,
                         FINDING_TEXT);
    }
    return text;
}

static struct cJSON *json_of(const struct session *session, const struct input *input,
                             const struct ac_report *report, const struct result *result) {
    struct rerun rerun;
    struct stack stack;
    stack_of_child(session->child, &stack);
    rerun_finding(&rerun, session->child, &input->program, &report->finding);
    const struct finding_facts facts = {.setup = &session->results.setup,
                                        .program = &input->program,
                                        .finding = &report->finding,
                                        .digest = report->digest,
                                        .confirmed = true,
                                        .ops_before = input->program.count,
                                        .reproduce = result->reproduce,
                                        .output = result->output,
                                        .stack = &stack,
                                        .journal = ac_child_journal(session->child),
                                        .culprit = rerun.culprit,
                                        .first = rerun.first,
                                        .second = rerun.second};
    return finding_json(&facts);
}

static void locate_op(const struct input *input, size_t op, struct result *result) {
    if (op >= input->program.count)
        return;
    if (input->text) {
        result->line = input_line_of_op(input, op);
    } else {
        locate_op_bytes((const uint8_t *)input->bytes, input->size, op, &result->offset,
                        &result->length);
    }
}

static void take_finding(struct session *session, const struct input *input,
                         const struct ac_report *report, struct result *result) {
    result->oracle = report->finding.oracle;
    result->reported = printed_finding(session, input, &report->finding);
    result->output = output_of(session->child);
    result->reproduce = shell_run_command(session, input);
    result->finding = json_of(session, input, report, result);
    locate_op(input, report->finding.op, result);
}

static void take_missed(struct session *session, const struct input *input, struct result *result) {
    result->oracle = (enum ac_oracle)input->expect.oracle;
    result->reported = copy_of("expected finding not shown");
    result->reproduce = shell_run_command(session, input);
}

void session_keep(struct session *session, const struct input *input,
                  const struct ac_report *report, enum result_verdict verdict, double seconds) {
    struct result result = {.verdict = verdict, .seconds = seconds, .calls = report->counts.calls};
    if (!session_keeps_results(session))
        return;
    result.input = copy_of(input->name);
    if (verdict == RESULT_FINDING || verdict == RESULT_EXPECTED)
        take_finding(session, input, report, &result);
    else if (verdict == RESULT_MISSED)
        take_missed(session, input, &result);
    else if (verdict == RESULT_IDLE || verdict == RESULT_TROUBLE)
        result.reported = copy_of("no call of this program ran");
    results_add(&session->results, &result);
}

void session_keep_trouble(struct session *session, const char *name, enum result_verdict verdict,
                          const char *message, double seconds) {
    if (session_keeps_results(session)) {
        struct result result = {.input = copy_of(name),
                                .verdict = verdict,
                                .seconds = seconds,
                                .reported = copy_of(message)};
        results_add(&session->results, &result);
    }
}
