// SPDX-License-Identifier: MIT
#include "shell.h"
#include "shrinking.h"

#include "tool/interrupt.h"
#include "tool/output.h"
#include "tool/print_finding.h"
#include "tool/status.h"
#include "tool/tool.h"
#include "tool/usage.h"

#include <stdlib.h>

static bool is_interrupted(void *shrinking) {
    (void)shrinking;
    return interrupt_pending();
}

static enum shrink_end shrink(struct shrinking *shrinking, struct input *input,
                              struct shrink_outcome *outcome) {
    const struct ac_race_options race = race_options(&shrinking->racing);
    struct shrink_task task = {
        .child = target_child_options(&shrinking->target_options, shrinking->call_time),
        .race = shrinking->racing.on ? &race : NULL,
        .jobs = shrinking->jobs,
        .most_ms = (uint64_t)(shrinking->seconds * 1000 + 0.999),
        .stop = is_interrupted,
        .tick = shrinking_tick,
        .ctx = shrinking,
    };
    task.child.stop = interrupt_poll; /* while the input is reproduced, before the search */
    interrupt_hold();
    shrinking_begin(shrinking);
    enum shrink_end end = shrink_finding(&input->program, &task, outcome);
    status_end();
    return end;
}

/* If the program goes to a file, the finding goes to standard output. */
static void print_result(const struct shrinking *shrinking, const struct input *input,
                         const struct shrink_outcome *outcome) {
    const struct race_confirmation shown = {.runs = outcome->runs_left,
                                            .shown = outcome->shown_left};
    struct session session = {.target_options = shrinking->target_options,
                              .call_time = shrinking->call_time,
                              .racing = shrinking->racing};
    if (shrinking->racing.on)
        session.racing.attempts = race_attempts(&shown);
    const struct input left = {.name = shrinking->out, .text = true};
    char *command = shell_run_command(&session, &left);
    const struct finding_to_print to_print = {.program = &input->program,
                                              .finding = &outcome->finding,
                                              .allocator = shrinking->target_options.target.name,
                                              .command = command};
    print_finding(&to_print, NULL);
    free(command);
}

static int write_program(const struct shrinking *shrinking, const struct input *input,
                         const struct shrink_outcome *outcome) {
    size_t length;
    char *text = shrinking_text(shrinking, input, outcome, &length);
    if (text == NULL)
        return tool_out_of_memory();
    bool written = output_write(shrinking->out, text, length);
    free(text);
    if (!written)
        return STATUS_ERROR;
    if (shrinking->out != NULL)
        print_result(shrinking, input, outcome);
    shrinking_print_end(shrinking, &input->program, outcome);
    return STATUS_CLEAN;
}

static int shrink_input(struct shrinking *shrinking, struct input *input) {
    struct shrink_outcome outcome;
    if (shrinking->racing.on)
        ac_race_spread(&input->program, shrinking->racing.seed);
    switch (shrink(shrinking, input, &outcome)) {
    case SHRINK_DONE:
        return write_program(shrinking, input, &outcome);
    case SHRINK_NO_FINDING:
        return tool_error("%s: nothing to shrink: it shows no finding on %s", shrinking->name,
                          shrinking->target_options.target.name);
    default:
        return tool_error("%s: not shrunk: %s", shrinking->name, outcome.trouble);
    }
}

int shrinking_run(struct shrinking *shrinking) {
    struct input input;
    if (!input_open(&input, shrinking->name, &shrinking->inputs))
        return STATUS_ERROR;
    target_suit(&shrinking->target_options, &input.expect);
    int status = shrink_input(shrinking, &input);
    input_close(&input);
    return status;
}
