// SPDX-License-Identifier: MIT
#include "candidate.h"

enum { ATTEMPTS = 2, MOST_REMOVED = 64 };

bool confirm_run(struct ac_child *child, const struct ac_program *program, bool replay,
                 struct ac_report *report) {
    ac_child_renew(child);
    const enum ac_child_end end =
        replay ? ac_child_replay(child, program, report) : ac_child_run(child, program, report);
    return end == AC_CHILD_RAN && report->found;
}

static bool shows_again(struct campaign *campaign, struct confirmed *confirmed) {
    for (int i = 0; i < ATTEMPTS; i++)
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
        for (size_t i = shown->op; i + 1 < program->count; i++)
            program->ops[i] = program->ops[i + 1];
        program->count--;
    }
    return false;
}

static bool confirm_race(struct campaign *campaign, const struct candidate *candidate,
                         struct confirmed *confirmed) {
    confirmed->racing = campaign->options.racing;
    confirmed->racing.seed = candidate->program->head.seed;
    confirmed->racing.rounds = campaign->options.confirming_rounds;
    confirmed->shown = race_confirm(campaign->confirm_child, confirmed->program, &confirmed->racing,
                                    candidate->finding->oracle);
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

bool confirm(struct campaign *campaign, const struct candidate *candidate,
             struct confirmed *confirmed) {
    confirmed->joined = 1;
    const bool done = ac_program_copy(confirmed->program, candidate->program) &&
                      campaign_left_ms(campaign) > 0 && reproduce(campaign, candidate, confirmed);
    struct ac_finding again;
    confirmed->in_process = !done && campaign_left_ms(campaign) > 0 && candidate->again != NULL &&
                            candidate->again(campaign, candidate->ctx, &again) &&
                            again.oracle == candidate->finding->oracle;
    confirmed->out_of_time = !done && !confirmed->in_process && campaign_left_ms(campaign) == 0;
    return done;
}
