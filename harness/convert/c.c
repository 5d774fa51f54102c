// SPDX-License-Identifier: MIT
#include "convert.h"

#include "session/shell.h"
#include "tool/interrupt.h"
#include "tool/tool.h"
#include "tool/usage.h"
#include "tool/output.h"

#include "verify/reproducer.h"

#include <stdlib.h>
#include <string.h>

static enum ac_child_end run_once(const struct session *session, struct ac_child *child,
                                  const struct ac_program *program, struct ac_report *report) {
    return session->racing.on ? race_run(child, program, &session->racing, report)
                              : ac_child_replay(child, program, report);
}

/* Runs the input as `allocheck run' does. NULL: a message has been printed. */
static struct ac_child *find(const struct conversion *conversion, const struct input *input,
                             struct ac_report *report) {
    const struct session *session = &conversion->session;
    struct ac_child_options child_options = session_child_options(session);
    child_options.keep_journal = true;
    struct ac_child *child = session_new_child(session, &child_options);
    if (child == NULL || run_once(session, child, &input->program, report) == AC_CHILD_RAN)
        return child;
    tool_cannot_run(input->name, ac_child_trouble(child));
    ac_child_delete(child);
    return NULL;
}

static struct reproducer make(const struct conversion *conversion, const struct input *input,
                              const struct ac_finding *finding, const struct ac_journal *journal) {
    /* The tool cannot run a trace: no command shows its finding again. */
    const bool runs = finding != NULL && conversion->from == CONVERT_PROGRAM;
    char *command = runs ? shell_run_command(&conversion->session, input) : NULL;
    const double call_time = conversion->session.call_time;
    const struct reproducer_task task = {
        .how = {.target = &conversion->session.target_options.target,
                .file = conversion->out,
                .input = strcmp(input->name, "-") == 0 ? NULL : input->name,
                .command = command,
                .journal = journal,
                .prefix = conversion->c_names.prefix,
                .interface = conversion->c_names.interface,
                .names = conversion->names,
                .call_seconds = (unsigned)(call_time + 0.999)},
        .program = &input->program,
        .finding = finding,
        .is_race = conversion->session.racing.on,
        .verifies = finding != NULL && conversion->verifies,
        .verify = {.call_seconds = call_time,
                   .memory = conversion->session.target_options.memory,
                   .is_race = conversion->session.racing.on}};
    if (task.verifies)
        interrupt_hold(); /* no process and no temporary folder is left */
    const struct reproducer made = reproducer_make(&task);
    if (made.text == NULL)
        tool_error("%s: %s", input->name, made.reason);
    free(command);
    return made;
}

/* Returns an exit status. */
static int put(const struct conversion *conversion, const struct input *input,
               const struct reproducer *made) {
    if (!output_write(conversion->out, made->text, made->length))
        return STATUS_ERROR;
    if (!conversion->verifies || made->verified.shown)
        return STATUS_CLEAN;
    fprintf(stderr, "allocheck: %s: the C file is not verified: %s\n", input->name,
            made->verified.why);
    return STATUS_FINDING;
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
    int status = STATUS_ERROR;
    if (conversion->session.racing.on)
        ac_race_spread(&input->program, conversion->session.racing.seed);
    struct ac_child *child = find(conversion, input, &report);
    if (child != NULL && check_report(conversion, input, &report)) {
        const struct reproducer made =
            make(conversion, input, report.found ? &report.finding : NULL, ac_child_journal(child));
        if (interrupt_pending())
            status = STATUS_INTERRUPTED;
        else
            status = made.text != NULL ? put(conversion, input, &made) : STATUS_ERROR;
        free(made.text);
    }
    ac_child_delete(child);
    return status;
}
