// SPDX-License-Identifier: MIT
// Programs that run as they are: those that the user named, and those of external engines.
#include "candidate.h"
#include "progress.h"

#include "tool/input.h"
#include "tool/status.h"

static enum ac_child_end replay(const struct campaign *campaign, struct ac_child *child,
                                const struct ac_program *program, struct ac_report *report) {
    if (campaign->options.racing.on) {
        struct racing racing = campaign->options.racing;
        racing.seed = program->head.seed;
        return race_run(child, program, &racing, report);
    }
    ac_child_renew(child);
    return ac_child_replay(child, program, report);
}

/* False: it ended without a report, which is counted. */
static bool replay_counted(struct campaign *campaign, struct ac_child *child,
                           struct campaign_counts *counts, const struct candidate *candidate,
                           struct ac_report *report) {
    ac_child_accept(child, candidate->accepted);
    const enum ac_child_end end = replay(campaign, child, candidate->program, report);
    if (end == AC_CHILD_RAN)
        counts_add_report(counts, report);
    else
        counts_add_failure(counts, child, end, candidate->how, counts != &campaign->seed_counts);
    return end == AC_CHILD_RAN;
}

/* True if the program can now go on after what it has just shown. */
static bool can_go_on(const struct campaign *campaign, const struct candidate *candidate) {
    return !campaign->options.racing.on && !campaign_is_over(campaign) &&
           !is_accepted(candidate->accepted, candidate->program, candidate->finding) &&
           is_accepted(&campaign->known.accepted, candidate->program, candidate->finding);
}

void campaign_replay(struct campaign *campaign, struct ac_child *child,
                     struct campaign_counts *counts, const struct ac_program *program,
                     const char *how, const struct raw_input *raw,
                     const struct ac_accepted *accepted) {
    struct ac_report report;
    struct ac_accepted known;
    struct candidate candidate = {.program = program,
                                  .finding = &report.finding,
                                  .replay = true,
                                  .accepted = accepted,
                                  .how = how,
                                  .raw = *raw};
    bool goes_on = replay_counted(campaign, child, counts, &candidate, &report);
    counts->replayed += goes_on;
    while (goes_on && report.found) {
        campaign_candidate(campaign, &candidate);
        goes_on = can_go_on(campaign, &candidate);
        known = campaign->known.accepted;
        candidate.accepted = &known;
        goes_on = goes_on && replay_counted(campaign, child, counts, &candidate, &report);
    }
}

void campaign_leave_out(const struct campaign *campaign, struct ac_program *program,
                        struct raw_input *raw) {
    const size_t whole = program->count;
    ac_leave_out(program, &campaign->options.without);
    if (program->count != whole)
        *raw = (struct raw_input){.bytes = NULL};
}

static void run_seed(struct campaign *campaign, const char *name) {
    struct input input;
    if (!input_open(&input, name, &campaign->options.inputs)) {
        campaign->errors++;
        return;
    }
    struct raw_input raw = {input.bytes, input.size, input.text};
    campaign_leave_out(campaign, &input.program, &raw);
    if (campaign->options.racing.on)
        ac_race_spread(&input.program, input.program.head.seed);
    campaign_replay(campaign, campaign->replay_child, &campaign->seed_counts, &input.program, name,
                    &raw, NULL);
    input_close(&input);
}

void campaign_run_seeds(struct campaign *campaign) {
    size_t i = 0;
    for (; i < campaign->seeds.count && !campaign_is_over(campaign); i++) {
        campaign->phase =
            (struct campaign_phase){"given programs", "run", i, campaign->seeds.count};
        run_seed(campaign, campaign->seeds.names[i]);
        status_tick();
    }
    campaign->phase = (struct campaign_phase){.what = NULL};
    campaign->seeds_left = campaign->ended ? 0 : campaign->seeds.count - i;
}
