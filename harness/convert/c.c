// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "convert.h"

#include "session/shell.h"
#include "tool/tool.h"
#include "tool/usage.h"
#include "tool/output.h"

#include "export/export.h"

#include <stdlib.h>
#include <string.h>

static enum ac_child_end run_once(const struct session *session, struct ac_child *child,
                                  const struct ac_program *program, struct ac_report *report) {
    return session->racing.on ? race_run(child, program, &session->racing, report)
                              : ac_child_replay(child, program, report);
}

/* Runs the input as `allocheck run' does. False: a message has been printed. */
static bool find(const struct conversion *conversion, const struct input *input,
                 struct ac_report *report) {
    const struct session *session = &conversion->session;
    const struct ac_child_options child_options = session_child_options(session);
    struct ac_child *child = session_new_child(session, &child_options);
    if (child == NULL)
        return false;
    const bool ran = run_once(session, child, &input->program, report) == AC_CHILD_RAN;
    if (!ran)
        tool_cannot_run(input->name, ac_child_trouble(child));
    ac_child_delete(child);
    return ran;
}

static bool put_c(const struct conversion *conversion, const struct input *input,
                  const struct ac_finding *finding, FILE *to) {
    /* The tool cannot run a trace: no command shows its finding again. */
    const bool runs = finding != NULL && conversion->from == CONVERT_PROGRAM;
    char *command = runs ? shell_run_command(&conversion->session, input) : NULL;
    const struct export_options how = {
        .target = &conversion->session.target_options.target,
        .input = strcmp(input->name, "-") == 0 ? NULL : input->name,
        .command = command,
        .prefix = conversion->prefix,
        .interface = conversion->interface,
        .call_seconds = (unsigned)(conversion->session.call_time + 0.999),
    };
    struct exported exported;
    const bool races = conversion->session.racing.on;
    const bool done =
        (races ? export_race_c : export_c)(&how, &input->program, finding, to, &exported);
    if (!done)
        tool_error("%s: %s", input->name, exported.reason);
    free(command);
    return done;
}

/* Whether a C file can be written of what the run reported. False: a message has been printed. */
static bool check_report(const struct conversion *conversion, const struct input *input,
                         const struct ac_report *report) {
    const char *allocator = conversion->session.target_options.target.name;
    if (report->counts.over_memory > 0) {
        tool_error("%s: not written: it reaches the memory limit, as its C file would",
                   input->name);
        return false;
    }
    if (report->counts.over_time > 0) {
        tool_error("%s: not written: it reaches the time limit of a program; give more by "
                   "--program-time",
                   input->name);
        return false;
    }
    if (!report->found && conversion->session.racing.on) {
        tool_error("%s: no finding on %s in this race run; try other --seed or more --rounds",
                   input->name, allocator);
        return false;
    }
    if (!report->found) {
        fprintf(stderr, "allocheck: %s: no finding on %s: the C file checks all it can\n",
                input->name, allocator);
    }
    return true;
}

int convert_to_c(const struct conversion *conversion, struct input *input) {
    struct ac_report report;
    char *text = NULL;
    size_t length = 0;
    if (conversion->session.racing.on)
        ac_race_spread(&input->program, conversion->session.racing.seed);
    if (!find(conversion, input, &report) || !check_report(conversion, input, &report))
        return STATUS_ERROR;
    FILE *to = open_memstream(&text, &length);
    bool done = to != NULL && put_c(conversion, input, report.found ? &report.finding : NULL, to);
    if (to != NULL)
        fclose(to);
    done = done && output_write(conversion->out, text, length);
    free(text);
    return done ? STATUS_CLEAN : STATUS_ERROR;
}
