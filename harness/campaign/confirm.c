// SPDX-License-Identifier: MIT
#include "candidate.h"
#include "children.h"

#include "tool/clock.h"
#include "tool/status.h"

#include <stdio.h>

enum { ATTEMPTS = 2, MOST_REMOVED = 64 };

bool confirm_run(struct ac_child *child, const struct ac_program *program, bool replay,
                 struct ac_report *report) {
    ac_child_renew(child);
    const enum ac_child_end end =
        replay ? ac_child_replay(child, program, report) : ac_child_run(child, program, report);
    return end == AC_CHILD_RAN && report->found;
}

/* For growth one attempt, which takes longer than the decay of free memory, is enough. */
static bool shows_again(struct campaign *campaign, struct confirmed *confirmed) {
    const int attempts = confirmed->is_resident_growth ? 1 : ATTEMPTS;
    for (int i = 0; i < attempts; i++)
        if (confirm_run(campaign->confirm_child, confirmed->program, confirmed->replay,
                        &confirmed->report))
            return true;
    return false;
}

/* Ops whose failed check was accepted when the program was found go, so that what is saved shows
 * its own finding first. False also if the finding needs them. */
static bool shows_past_accepted(struct campaign *campaign, const struct candidate *candidate,
                                struct confirmed *confirmed) {
    struct ac_program *program = confirmed->program;
    for (unsigned removed = 0; removed <= MOST_REMOVED; removed++) {
        const struct ac_finding *shown = &confirmed->report.finding;
        if (!shows_again(campaign, confirmed))
            return false;
        if (!is_accepted(candidate->accepted, program, shown))
            return true;
        if (shown->op >= program->count)
            return false;
        ac_program_remove(program, shown->op, 1);
    }
    return false;
}

static bool confirm_race(struct campaign *campaign, const struct candidate *candidate,
                         struct confirmed *confirmed) {
    confirmed->racing = campaign->options.racing;
    confirmed->racing.seed = candidate->program->head.seed;
    confirmed->racing.rounds = campaign->options.confirming_rounds;
    confirmed->shown = race_confirm(campaign->confirm_child, confirmed->program, &confirmed->racing,
                                    candidate->finding->oracle, campaign_part_end_ms(campaign));
    confirmed->report = confirmed->shown.report;
    return confirmed->shown.shown > 0;
}

static bool reproduce(struct campaign *campaign, const struct candidate *candidate,
                      struct confirmed *confirmed) {
    if (campaign->options.racing.on)
        return confirm_race(campaign, candidate, confirmed);
    if (shows_past_accepted(campaign, candidate, confirmed))
        return true;
    return candidate->count > 1 &&
           ac_join(confirmed->program, candidate->at, candidate->ctx, candidate->count,
                   &confirmed->joined) &&
           shows_past_accepted(campaign, candidate, confirmed);
}

/* --- the programs of its process, one after another --- */

static bool is_over(void *campaign) {
    status_tick();
    return campaign_left_ms(campaign) == 0;
}

/* As the engine ran them: with a map of behaviours, which asks for usable sizes. */
static bool shows_as_engine(struct campaign *campaign, const struct candidate *candidate) {
    struct ac_finding again;
    return candidate->again != NULL && candidate->again(campaign, candidate->ctx, &again) &&
           again.oracle == candidate->finding->oracle;
}

static enum sequence_end shrink_process(struct campaign *campaign,
                                        const struct candidate *candidate,
                                        struct confirmed *confirmed) {
    const struct target_options *target_options = &campaign->options.target_options;
    struct ac_child *child = campaign_new_child(campaign, target_options->oracles);
    struct sequence_task task = {.child = child,
                                 .goes_on = target_options->target.allocator->open != NULL,
                                 .at = candidate->at,
                                 .ctx = candidate->ctx,
                                 .count = candidate->count,
                                 .wanted = finding_kind_of(candidate->program, candidate->finding),
                                 .most_ms = campaign_shrink_ms(campaign) /
                                            2, /* the rest is for what is left of them */
                                 .stop = is_over,
                                 .stop_ctx = campaign};
    if (child == NULL)
        return SEQUENCE_CLEAN;
    campaign_limit_child(campaign, child, CAMPAIGN_UNTIL_END);
    const enum sequence_end end = shrink_sequence(&confirmed->sequence, &task);
    ac_child_delete(child);
    return end;
}

/* What takes thousands of programs may take few, which show it as one program. */
static bool shows_joined(struct campaign *campaign, const struct candidate *candidate,
                         struct confirmed *confirmed) {
    struct sequence *sequence = &confirmed->sequence;
    uint64_t joined;
    if (!ac_join(confirmed->program, sequence_at, sequence, sequence->count, &joined) ||
        !shows_past_accepted(campaign, candidate, confirmed))
        return false;
    confirmed->joined = joined;
    return true;
}

static bool reproduce_process(struct campaign *campaign, const struct candidate *candidate,
                              struct confirmed *confirmed) {
    if (candidate->count <= 1 || campaign->options.racing.on || campaign_left_ms(campaign) == 0)
        return false;
    const enum sequence_end end = shrink_process(campaign, candidate, confirmed);
    if (end == SEQUENCE_SHRUNK && shows_joined(campaign, candidate, confirmed))
        return true;
    confirmed->in_process = end != SEQUENCE_CLEAN || shows_as_engine(campaign, candidate);
    return false;
}

bool confirm(struct campaign *campaign, const struct candidate *candidate,
             struct confirmed *confirmed) {
    confirmed->joined = 1;
    confirmed->is_resident_growth = growth_is_resident(campaign, candidate);
    const uint64_t start_ms = clock_ms();
    const bool done = ac_program_copy(confirmed->program, candidate->program) &&
                      campaign_left_ms(campaign) > 0 &&
                      (reproduce(campaign, candidate, confirmed) ||
                       reproduce_process(campaign, candidate, confirmed));
    confirmed->took_ms = clock_ms() - start_ms;
    confirmed->out_of_time = !done && !confirmed->in_process && campaign_left_ms(campaign) == 0;
    return done;
}

const char *confirm_why_not(const struct candidate *candidate, const struct confirmed *confirmed,
                            char text[CONFIRM_WHY]) {
    typedef unsigned long long number;
    const char *const alone = "it does not show again alone";
    if (confirmed->out_of_time)
        return "no time left";
    if (confirmed->racing.on)
        snprintf(text, CONFIRM_WHY, "none of %u runs with the same random seed shows it",
                 confirmed->shown.runs);
    else if (candidate->count > 1)
        snprintf(text, CONFIRM_WHY, "%s, nor after the %llu programs that ran before it", alone,
                 (number)candidate->count - 1);
    else
        snprintf(text, CONFIRM_WHY, "%s%s", alone,
                 candidate->count == 0 && !candidate->replay
                     ? ", and what its process ran before is not known"
                     : "");
    return text;
}
