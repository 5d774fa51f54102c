// SPDX-License-Identifier: MIT
#include "compare.h"

#include "tool/clock.h"
#include "tool/interrupt.h"
#include "tool/status.h"
#include "tool/tool.h"

#include <stdlib.h>

/* Agreement on content needs the oracles that check content. */
static ac_oracle_set oracles_of_child(ac_oracle_set asked) {
    bool agreement = (asked & AC_ORACLE_BIT(AC_ORACLE_AGREEMENT)) != 0;
    ac_oracle_set content = AC_ORACLE_BIT(AC_ORACLE_ZEROED) | AC_ORACLE_BIT(AC_ORACLE_PRESERVED);
    return asked | (agreement ? content : 0);
}

static bool contestant_open(const struct comparison *comparison, size_t index) {
    struct contestant *contestant = &comparison->contestants[index];
    struct session *session = &contestant->session;
    *session = (struct session){.target_options = {.target = comparison->targets.of[index],
                                                   .oracles = comparison->oracles,
                                                   .memory = comparison->memory},
                                .inline_only = true,
                                .inputs = comparison->inputs,
                                .paths = comparison->paths,
                                .timeout = comparison->timeout};
    struct ac_child_options options = session_child_options(session);
    options.oracles = oracles_of_child(comparison->oracles);
    options.keep_answers = true;
    options.stop = interrupt_poll;
    session->child = session_new_child(session, &options);
    return session->child != NULL;
}

/* Drops findings of oracles that only serve agreement: they show up as disagreements. */
static void check_alone(struct contestant *contestant, const struct input *input) {
    struct session *session = &contestant->session;
    struct ac_report *report = &contestant->report;
    session->ran++;
    ac_report_add(&session->sum, report);
    report->found &= (session->target_options.oracles & AC_ORACLE_BIT(report->finding.oracle)) != 0;
    (void)session_check(session, input, report);
}

/* As in `allocheck run', each program starts in a fresh process. */
static void run_alone(struct comparison *comparison, struct contestant *contestant,
                      const struct input *input) {
    struct session *session = &contestant->session;
    ac_child_renew(session->child);
    switch (ac_child_run(session->child, &input->program, &contestant->report)) {
    case AC_CHILD_RAN:
        contestant->ran = true;
        check_alone(contestant, input);
        return;
    case AC_CHILD_TIMEOUT:
        comparison->timed_out = !interrupt_pending();
        if (comparison->timed_out)
            tool_timed_out(input->name, comparison->timeout);
        return;
    case AC_CHILD_FAILED:
        tool_error("%s: cannot run on %s: %s", input->name, session->target_options.target.name,
                   ac_child_trouble(session->child));
        session->troubles++;
        return;
    }
}

static bool is_over(const struct comparison *comparison) {
    return comparison->timed_out || interrupt_pending();
}

static void run_input(struct comparison *comparison, const char *name) {
    struct input input;
    if (!input_open_held(&input, name, &comparison->inputs)) {
        comparison->troubles++;
        return;
    }
    for (size_t i = 0; i < comparison->targets.count && !is_over(comparison); i++) {
        comparison->contestants[i].ran = false;
        run_alone(comparison, &comparison->contestants[i], &input);
    }
    if (!is_over(comparison))
        compare_check(comparison, &input);
    input_close(&input);
}

static size_t count_disagreements(const struct comparison *comparison) {
    size_t sum = 0;
    for (size_t i = 0; i < comparison->targets.count; i++)
        sum += comparison->contestants[i].disagreements;
    return sum;
}

static void draw(void *ctx, struct status_line *line) {
    const struct comparison *comparison = ctx;
    const size_t count = comparison->paths.count, disagreements = count_disagreements(comparison);
    status_add_steps(line, comparison->at, count,
                     (double)(clock_ms() - comparison->start_ms) / 1000);
    status_add_count(line, disagreements > 0 ? STATUS_BAD : STATUS_PLAIN, disagreements,
                     "disagreement");
    if (comparison->at < count)
        status_add_name(line, comparison->paths.names[comparison->at]);
}

static bool run_inputs(struct comparison *comparison) {
    for (size_t i = 0; i < comparison->targets.count; i++)
        if (!contestant_open(comparison, i))
            return false;
    comparison->start_ms = clock_ms();
    status_begin(draw, comparison, NULL);
    for (; comparison->at < comparison->paths.count && !is_over(comparison); comparison->at++) {
        status_tick();
        run_input(comparison, comparison->paths.names[comparison->at]);
    }
    status_end();
    return true;
}

/* --- the exit status --- */

static bool has_findings(const struct comparison *comparison) {
    size_t findings = comparison->missed + count_disagreements(comparison);
    for (size_t i = 0; i < comparison->targets.count; i++)
        findings += comparison->contestants[i].session.findings;
    return findings > 0;
}

static bool had_errors(const struct comparison *comparison) {
    size_t troubles = comparison->troubles + comparison->paths.troubles;
    for (size_t i = 0; i < comparison->targets.count; i++)
        troubles += comparison->contestants[i].session.troubles;
    return troubles > 0;
}

static int exit_status(const struct comparison *comparison) {
    const struct contestant *all = comparison->contestants;
    if (has_findings(comparison))
        return STATUS_FINDING;
    if (had_errors(comparison))
        return STATUS_ERROR;
    if (interrupt_pending())
        return STATUS_INTERRUPTED;
    if (comparison->timed_out)
        return STATUS_TIMEOUT;
    for (size_t i = 1; i < comparison->targets.count; i++) {
        if (all[i].compared == 0) {
            return tool_error("nothing was compared between %s and %s",
                              comparison->targets.of[0].name, comparison->targets.of[i].name);
        }
    }
    return STATUS_CLEAN;
}

static void finish(struct comparison *comparison) {
    for (size_t i = 0; i < comparison->targets.count; i++)
        ac_child_delete(comparison->contestants[i].session.child);
    free(comparison->contestants);
    paths_destroy(&comparison->paths);
}

int compare_run(struct comparison *comparison) {
    for (char **name = comparison->names; *name != NULL; name++)
        paths_add(&comparison->paths, *name);
    comparison->contestants = calloc(comparison->targets.count, sizeof *comparison->contestants);
    if (comparison->contestants == NULL)
        return tool_out_of_memory();
    if (!run_inputs(comparison))
        comparison->troubles++;
    compare_print_summary(comparison);
    int status = exit_status(comparison);
    finish(comparison);
    return status;
}
