// SPDX-License-Identifier: MIT
#include "candidate.h"
#include "progress.h"

#include "shrink/shrink_finding.h"
#include "tool/interrupt.h"
#include "tool/status.h"
#include "tool/usage.h"

enum {
    FREELY_TRIES = 500, /* for the plainest program, which only serves to compare findings */
};

static bool is_interrupted(void *campaign) {
    (void)campaign;
    return interrupt_pending();
}

static void tick(void *ctx, const struct shrink_progress *progress) {
    struct campaign *campaign = ctx;
    campaign->phase = (struct campaign_phase){
        "shrinking", "ops", ac_program_measure(progress->best).ops, progress->ops};
    status_tick();
}

static bool adopt_race(struct campaign *campaign, struct confirmed *confirmed,
                       const struct ac_program *shorter) {
    const struct race_confirmation shown =
        race_confirm(campaign->confirm_child, shorter, &confirmed->racing,
                     confirmed->report.finding.oracle, campaign_part_end_ms(campaign));
    if (!race_shows_as_well(&confirmed->shown, &shown) ||
        !ac_program_copy(confirmed->program, shorter))
        return false;
    confirmed->shown = shown;
    confirmed->report = shown.report;
    return true;
}

/* The last run of the confirming child must be the one that is printed: its output is part of the
 * finding. */
static bool adopt(struct campaign *campaign, struct confirmed *confirmed,
                  const struct ac_program *shorter) {
    struct ac_report report;
    if (confirmed->racing.on)
        return adopt_race(campaign, confirmed, shorter);
    return confirm_run(campaign->confirm_child, shorter, confirmed->replay, &report) &&
           report.finding.oracle == confirmed->report.finding.oracle &&
           ac_program_copy(confirmed->program, shorter) && (confirmed->report = report, true);
}

/* Of the time that is left, a part is for the last runs, which show what remains. */
uint64_t campaign_shrink_ms(const struct campaign *campaign) {
    const uint64_t left = campaign_left_ms(campaign) / 4 * 3;
    const uint64_t most = (uint64_t)(campaign->options.shrink_seconds * 1000 + 0.999);
    return left < most ? left : most;
}

/* Growth takes as long to show in the last run as it took to confirm. */
static uint64_t before_last_run(const struct campaign *campaign, const struct confirmed *confirmed,
                                uint64_t most_ms) {
    enum { RESERVE_PERCENT = 150 };
    const uint64_t left = campaign_left_ms(campaign);
    const uint64_t reserve = confirmed->took_ms * RESERVE_PERCENT / 100;
    if (!confirmed->is_resident_growth)
        return most_ms;
    return left <= reserve ? 0 : left - reserve < most_ms ? left - reserve : most_ms;
}

static struct shrink_task task_of(struct campaign *campaign, enum ac_oracle oracle) {
    const struct campaign_options *options = &campaign->options;
    struct ac_child_options child =
        target_child_options(&options->target_options, options->call_time);
    child.stop = interrupt_poll;
    child.waits_for_decay = false; /* adopt() does */
    return (struct shrink_task){.child = child,
                                .wanted = AC_ORACLE_BIT(oracle),
                                .boundaries = &campaign->scope.boundaries,
                                .jobs = options->jobs,
                                .most_ms = campaign_shrink_ms(campaign),
                                .stop = is_interrupted,
                                .tick = tick,
                                .ctx = campaign};
}

void reduce_freely(struct campaign *campaign, const struct ac_program *program, bool replay,
                   struct cause *cause) {
    struct shrink_task task = task_of(campaign, cause->oracle);
    struct shrink_outcome outcome = {.tries = 0};
    struct ac_program plainest;
    if (cause->oracle == AC_ORACLE_LIVENESS || replay || task.most_ms == 0)
        return; /* each run takes seconds, or no time is left */
    task.any_op = true;
    task.most_tries = FREELY_TRIES;
    ac_program_init(&plainest);
    if (ac_program_copy(&plainest, program) &&
        shrink_finding(&plainest, &task, &outcome) == SHRINK_DONE)
        cause_of(&plainest, &outcome.finding, NULL, cause);
    ac_program_destroy(&plainest);
}

void reduce(struct campaign *campaign, struct confirmed *confirmed) {
    const struct ac_race_options race = race_options(&confirmed->racing);
    struct shrink_task task = task_of(campaign, confirmed->report.finding.oracle);
    task.race = confirmed->racing.on ? &race : NULL;
    task.seen = &confirmed->report.finding;
    task.seen_in_replay = confirmed->replay;
    task.most_ms = before_last_run(campaign, confirmed, task.most_ms);
    if (task.most_ms == 0)
        return; /* 0 would be no limit */
    struct shrink_outcome outcome = {.tries = 0};
    struct ac_program shorter;
    ac_program_init(&shorter);
    const bool done = ac_program_copy(&shorter, confirmed->program) &&
                      shrink_finding(&shorter, &task, &outcome) == SHRINK_DONE &&
                      adopt(campaign, confirmed, &shorter);
    confirmed->minimal = done && outcome.minimal;
    campaign->phase = (struct campaign_phase){.what = "comparing findings"};
    ac_program_destroy(&shorter);
}
