// SPDX-License-Identifier: MIT
#include "candidate.h"

enum { ATTEMPTS = 2 };

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
    if (shows_again(campaign, confirmed))
        return true;
    return candidate->count > 1 &&
           ac_join(confirmed->program, candidate->at, candidate->ctx, candidate->count,
                   &confirmed->joined) &&
           shows_again(campaign, confirmed);
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
    confirmed->cut = !done && !confirmed->in_process && campaign_left_ms(campaign) == 0;
    return done;
}
