// SPDX-License-Identifier: MIT
// Findings of a sweep, as candidates of its campaign.
#define _GNU_SOURCE /* asprintf */
#include "sweep.h"

#include "campaign/candidate.h"
#include "session/shell.h"

#include <stdlib.h>

enum { DESCRIPTION = 4352 };

/* The command that reproduces it if it is not saved; to be freed. NULL: out of memory. */
static char *command_of(const struct campaign *campaign, const struct sweep_run *run) {
    struct target_options target_options = campaign->options.target_options;
    const struct ac_without *without = &campaign->options.without;
    const bool refuses = run->nth > 0 || run->mode == SWEEP_NO_RESIZE;
    const bool sweeps = refuses || !ac_without_is_empty(without); /* `run' leaves nothing out */
    target_options.target.trapped =
        target_options.target.trapped && !sweeps; /* a sweep needs no --trap */
    const struct session session = {.verb = sweeps ? "sweep" : "run",
                                    .target_options = target_options,
                                    .without = *without,
                                    .call_time = campaign->options.call_time};
    const struct input input = {
        .name = run->of->name, .text = run->of->text, .forced = run->of->forced};
    return shell_run_command(&session, &input);
}

static void hand_over(struct campaign *campaign, const struct sweep_run *run,
                      const struct ac_program *program, const struct ac_finding *finding,
                      bool expressed) {
    char how[DESCRIPTION];
    char *command = command_of(campaign, run);
    sweep_describe(run, how, sizeof how);
    const struct candidate candidate = {.program = program,
                                        .finding = finding,
                                        .how = how,
                                        .refusal = expressed ? (struct ac_refusal){.nth = 0}
                                                             : sweep_refusal(run),
                                        .command = command};
    campaign_candidate(campaign, &candidate);
    free(command);
}

void sweep_found(struct campaign *campaign, const struct sweep_run *run,
                 const struct ac_finding *finding) {
    struct ac_program program;
    ac_program_init(&program);
    const bool expressed = sweep_express(campaign->confirm_child, run, finding, &program);
    hand_over(campaign, run, &program, finding, expressed);
    ac_program_destroy(&program);
}

void sweep_take(struct campaign *campaign, const struct worker_finding *reported) {
    const struct sweep *sweep = campaign->engine_data;
    const struct sweep_run run = sweep_run_at(sweep, reported->id);
    sweep_found(campaign, &run, &reported->finding);
}
