// SPDX-License-Identifier: MIT
// Shows a finding again in fresh processes, and with the simplest program that does.
#include "tool/tool.h"
#include "tool/usage.h"
#include "fuzz_campaign.h"

#include "shrink/shrink_finding.h"

/* A campaign goes on soon: what is not minimal by then is left to `allocheck shrink'. */
enum { MOST_MS = 20000 };

bool confirm_run(struct ac_child *child, const struct ac_program *program, bool replay,
                 struct ac_report *report) {
    ac_child_renew(child);
    enum ac_child_end end =
        replay ? ac_child_replay(child, program, report) : ac_child_run(child, program, report);
    return end == AC_CHILD_RAN && report->found;
}

static bool is_interrupted(void *campaign) {
    return campaign_interrupted(campaign);
}

static void tick(void *campaign, const struct shrink_progress *progress) {
    (void)progress;
    campaign_tick(campaign);
}

/* How often what is left of a race shows it is told with it. */
static bool adopt_race(struct campaign *campaign, struct confirmed *confirmed,
                       const struct ac_program *shorter) {
    const struct race_confirmation left = race_confirm(campaign->child, shorter, &confirmed->racing,
                                                       confirmed->report.finding.oracle);
    if (!race_shows_as_well(&confirmed->shown, &left) ||
        !ac_program_copy(confirmed->program, shorter)) {
        return false;
    }
    confirmed->shown = left;
    confirmed->report = left.report;
    return true;
}

/* The last run of campaign->child is what is printed: what its process wrote belongs to the
 * finding. */
static bool adopt(struct campaign *campaign, struct confirmed *confirmed,
                  const struct ac_program *shorter) {
    struct ac_report report;
    if (confirmed->racing.on) {
        return adopt_race(campaign, confirmed, shorter);
    }
    return confirm_run(campaign->child, shorter, confirmed->replay, &report) &&
           report.finding.oracle == confirmed->report.finding.oracle &&
           ac_program_copy(confirmed->program, shorter) && (confirmed->report = report, true);
}

void confirm_reduce(struct campaign *campaign, struct confirmed *confirmed) {
    const struct fuzz_options *options = &campaign->options;
    const struct ac_race_options race = race_options(&confirmed->racing);
    const struct shrink_task task = {.target = options->target_options.target,
                                     .oracles = options->target_options.oracles,
                                     .wanted = AC_ORACLE_BIT(confirmed->report.finding.oracle),
                                     .race = confirmed->racing.on ? &race : NULL,
                                     .memory = options->target_options.memory,
                                     .call_ms = option_call_ms(options->call_time),
                                     .boundaries = &campaign->scope.boundaries,
                                     .jobs = options->jobs,
                                     .most_ms = MOST_MS,
                                     .stop = is_interrupted,
                                     .tick = tick,
                                     .ctx = campaign};
    struct shrink_outcome outcome = {.tries = 0};
    struct ac_program shorter;
    ac_program_init(&shorter);
    const bool done = ac_program_copy(&shorter, confirmed->program) &&
                      shrink_finding(&shorter, &task, &outcome) == SHRINK_DONE &&
                      adopt(campaign, confirmed, &shorter);
    confirmed->tries = outcome.tries;
    confirmed->minimal = done && outcome.minimal;
    ac_program_destroy(&shorter);
}
