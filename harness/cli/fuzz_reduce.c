// SPDX-License-Identifier: MIT
// Shows a finding again in fresh processes, and with the simplest program that does.
#include "cli.h"
#include "fuzz_hunt.h"

#include "shrink_finding.h"

/* A hunt goes on soon: what is not minimal by then is left to `allocheck shrink'. */
enum { MOST_MS = 20000 };

bool confirm_run(struct ac_child *child, const struct ac_program *program, bool replay,
                 struct ac_report *report) {
    ac_child_renew(child);
    enum ac_child_end end =
        replay ? ac_child_replay(child, program, report) : ac_child_run(child, program, report);
    return end == AC_CHILD_RAN && report->found;
}

static bool is_interrupted(void *hunt) {
    return hunt_interrupted(hunt);
}

static void tick(void *hunt, const struct shrink_progress *progress) {
    (void)progress;
    hunt_tick(hunt);
}

/* How often what is left of a race shows it is told with it. */
static bool adopt_race(struct hunt *hunt, struct confirmed *confirmed,
                       const struct ac_program *shorter) {
    const struct race_confirmation left =
        race_confirm(hunt->child, shorter, &confirmed->racing, confirmed->report.finding.oracle);
    if (!race_shows_as_well(&confirmed->shown, &left) ||
        !ac_program_copy(confirmed->program, shorter)) {
        return false;
    }
    confirmed->shown = left;
    confirmed->report = left.report;
    return true;
}

/* The last run of hunt->child is what is printed: what its process wrote belongs to the finding. */
static bool adopt(struct hunt *hunt, struct confirmed *confirmed,
                  const struct ac_program *shorter) {
    struct ac_report report;
    if (confirmed->racing.on) {
        return adopt_race(hunt, confirmed, shorter);
    }
    return confirm_run(hunt->child, shorter, confirmed->replay, &report) &&
           report.finding.oracle == confirmed->report.finding.oracle &&
           ac_program_copy(confirmed->program, shorter) && (confirmed->report = report, true);
}

void confirm_reduce(struct hunt *hunt, struct confirmed *confirmed) {
    const struct fuzz_options *options = &hunt->options;
    const struct ac_race_options race = race_options(&confirmed->racing);
    const struct shrink_task task = {.subject = options->trial.subject,
                                     .oracles = options->trial.oracles,
                                     .wanted = AC_ORACLE_BIT(confirmed->report.finding.oracle),
                                     .race = confirmed->racing.on ? &race : NULL,
                                     .memory = options->trial.memory,
                                     .call_ms = cli_call_ms(options->call_time),
                                     .borders = &hunt->scope.borders,
                                     .jobs = options->jobs,
                                     .most_ms = MOST_MS,
                                     .stop = is_interrupted,
                                     .tick = tick,
                                     .ctx = hunt};
    struct shrink_outcome outcome = {.tries = 0};
    struct ac_program shorter;
    ac_program_init(&shorter);
    const bool done = ac_program_copy(&shorter, confirmed->program) &&
                      shrink_finding(&shorter, &task, &outcome) == SHRINK_DONE &&
                      adopt(hunt, confirmed, &shorter);
    confirmed->tries = outcome.tries;
    confirmed->minimal = done && outcome.minimal;
    ac_program_destroy(&shorter);
}
