// SPDX-License-Identifier: MIT
// What the measured profile of a library deviates in from the standards: each is a finding, with a
// program that shows it. Then the campaign accepts it, and looks for other bugs.
#include "deviations.h"

#include "candidate.h"
#include "children.h"

#include "tool/open_target.h"
#include "tool/status.h"

#include "allocheck/deviation.h"

#include <stdio.h>

enum { HOW = AC_DEVIATION_LINE + 32 };

static void check_against(struct campaign *campaign, const struct ac_profile *profile) {
    campaign->options.target_options.target.profile = profile;
    ac_child_profile(campaign->confirm_child, profile);
    ac_child_profile(campaign->replay_child, profile);
}

static void take(struct campaign *campaign, const struct ac_deviation *deviation,
                 const struct ac_program *program, const struct ac_finding *finding) {
    char line[AC_DEVIATION_LINE], how[HOW];
    snprintf(how, sizeof how, "its profile: %s", ac_deviation_text(deviation, line));
    const struct candidate candidate = {
        .program = program, .finding = finding, .deviation = deviation, .how = how};
    campaign_candidate(campaign, &candidate);
}

/* Runs the programs that may show it, until one does. False: none does. */
static bool find(struct campaign *campaign, const struct ac_deviation *deviation,
                 struct ac_program *program) {
    campaign->phase = (struct campaign_phase){.what = "deviations of the profile"};
    for (unsigned i = 0; !campaign_is_over(campaign) && ac_deviation_program(deviation, i, program);
         i++) {
        struct ac_report report;
        campaign_limit_child(campaign, campaign->confirm_child, CAMPAIGN_UNTIL_END);
        if (confirm_run(campaign->confirm_child, program, false, &report) &&
            ac_deviation_shown_by(deviation, report.finding.oracle)) {
            take(campaign, deviation, program, &report.finding);
            return true;
        }
    }
    return false;
}

static bool report(void *ctx, const struct ac_deviation *deviation) {
    struct campaign *campaign = ctx;
    struct ac_program program;
    ac_program_init(&program);
    if (find(campaign, deviation, &program))
        ac_deviation_accept(deviation, &campaign->accepting.profile);
    ac_program_destroy(&program);
    status_tick();
    return !campaign_is_over(campaign);
}

void campaign_report_deviations(struct campaign *campaign) {
    const struct target_measured *measured = campaign->options.target_options.measured;
    if (measured == NULL || !campaign->options.deviations || campaign->options.racing.on)
        return;
    ac_profile_copy(&campaign->accepting, &measured->strict.profile);
    campaign->strict = true;
    check_against(campaign, &measured->strict.profile);
    ac_measurement_deviations(&measured->measured, report, campaign);
    campaign->phase = (struct campaign_phase){.what = NULL};
    check_against(campaign, &campaign->accepting.profile);
    campaign->strict = false;
}
