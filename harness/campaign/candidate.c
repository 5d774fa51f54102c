// SPDX-License-Identifier: MIT
// From a candidate to a finding: confirmed, compared with known ones, shrunk, saved, printed.
#define _POSIX_C_SOURCE 200809L /* strdup */
#include "candidate.h"

#include "children.h"
#include "documents.h"
#include "folder.h"
#include "known.h"

#include "tool/clock.h"

#include <stdlib.h>

enum {
    MOST_ATTEMPTS = 3, /* to confirm candidates of a group, while none was confirmed */
    MOST_REPEATS = 32, /* after that, further candidates that may be examined */
};

/* --- compared and saved --- */

const struct ac_program *unconfirmed_program(const struct candidate *candidate,
                                             const struct confirmed *confirmed) {
    const struct sequence *sequence = &confirmed->sequence;
    return sequence->count > 0 ? &sequence->programs[sequence->count - 1] : candidate->program;
}

const struct ac_finding *unconfirmed_finding(const struct candidate *candidate,
                                             const struct confirmed *confirmed) {
    const struct sequence *sequence = &confirmed->sequence;
    return sequence->count > 0 ? &sequence->report.finding : candidate->finding;
}

static void save(struct campaign *campaign, const struct candidate *candidate,
                 const struct confirmed *confirmed, struct campaign_finding *finding) {
    if (confirmed->saved) {
        campaign_save(campaign, candidate, confirmed, finding);
        return;
    }
    free(finding->command);
    finding->command = candidate->command != NULL ? strdup(candidate->command) : NULL;
}

static void keep(const struct campaign *campaign, const struct candidate *candidate,
                 const struct confirmed *confirmed, struct campaign_finding *finding) {
    const bool again = finding->confirmed;
    const struct shown_finding shown = {
        .program = again ? confirmed->program : unconfirmed_program(candidate, confirmed),
        .finding = again ? &confirmed->report.finding : unconfirmed_finding(candidate, confirmed),
        .how = candidate->how,
        .calls = again ? confirmed->report.counts.calls : 0};
    campaign_keep(campaign, &shown, finding);
}

/* An unconfirmed finding of the group makes way for a confirmed one. */
static struct campaign_finding *place_for(struct campaign *campaign, enum ac_oracle oracle,
                                          unsigned place) {
    struct campaign_finding *finding = finding_list_by_group(&campaign->findings, oracle, place);
    return finding != NULL && !finding->confirmed
               ? finding
               : finding_list_add(&campaign->findings, oracle, place);
}

static void adopt(const struct campaign *campaign, const struct confirmed *confirmed,
                  const struct cause *cause, struct campaign_finding *finding) {
    finding->confirmed = true;
    finding->replay = confirmed->replay;
    finding->cause = *cause;
    ac_program_copy(&finding->program, confirmed->program);
    campaign_name(campaign, confirmed, finding->name);
}

/* It may belong to another group than the candidate did. */
static struct campaign_finding *take_confirmed(struct campaign *campaign,
                                               const struct candidate *candidate,
                                               struct confirmed *confirmed) {
    struct cause cause;
    const struct ac_finding *shown = &confirmed->report.finding;
    const unsigned place = ac_place_of(confirmed->program, shown);
    ac_program_copy(&confirmed->original, confirmed->program);
    if (candidate->deviation == NULL) /* the campaign's profile accepts deviations */
        accept_finding(campaign, confirmed->program, shown);
    struct campaign_finding *finding = known_finding(campaign, confirmed, &cause);
    if (finding != NULL) {
        finding->repeats++;
        if (finding_also_seen(finding, confirmed->program, shown))
            campaign_update(campaign, finding);
        absorb_unconfirmed(campaign, finding, shown->oracle, place);
        return finding;
    }
    finding = place_for(campaign, shown->oracle, place);
    if (finding != NULL) {
        adopt(campaign, confirmed, &cause, finding);
        save(campaign, candidate, confirmed, finding);
        keep(campaign, candidate, confirmed, finding);
        candidate_print_confirmed(campaign, candidate, confirmed, finding);
    }
    return finding;
}

/* What shows only in a process that went on after a failed check is likely a consequence of it. */
static struct campaign_finding *known_for(const struct campaign *campaign,
                                          const struct candidate *candidate, enum ac_oracle oracle,
                                          unsigned place) {
    struct campaign_finding *finding = known_at(campaign, oracle, place);
    return finding != NULL ? finding : accepted_finding(campaign, candidate->accepted);
}

static struct campaign_finding *take_unconfirmed(struct campaign *campaign,
                                                 const struct candidate *candidate,
                                                 const struct confirmed *confirmed) {
    const enum ac_oracle oracle = candidate->finding->oracle;
    const unsigned place = ac_place_of(candidate->program, candidate->finding);
    struct campaign_finding *finding = known_for(campaign, candidate, oracle, place);
    if (finding != NULL) {
        finding->repeats++;
        return finding;
    }
    finding = finding_list_add(&campaign->findings, oracle, place);
    if (finding != NULL) {
        finding->in_process = confirmed->in_process;
        if (confirmed->in_process && confirmed->sequence.count == 0 &&
            candidate->again_command != NULL)
            finding->command = candidate->again_command(campaign, candidate->ctx);
        save(campaign, candidate, confirmed, finding);
        keep(campaign, candidate, confirmed, finding);
        candidate_print_unconfirmed(campaign, candidate, confirmed, finding);
    }
    return finding;
}

/* --- one candidate --- */

static struct campaign_finding *examine(struct campaign *campaign,
                                        const struct candidate *candidate) {
    const struct ac_deviation *deviation = candidate->deviation;
    struct ac_program program;
    struct confirmed confirmed = {.program = &program,
                                  .replay = candidate->replay,
                                  .minimal = deviation != NULL,
                                  .distinct = deviation != NULL &&
                                              deviation->kind == AC_DEVIATION_ALIGNMENT,
                                  .saved = campaign->folder != NULL && candidate->refusal.nth == 0};
    ac_child_refuse(campaign->confirm_child, candidate->refusal);
    campaign_limit_child(campaign, campaign->confirm_child, CAMPAIGN_UNTIL_END);
    ac_program_init(&program);
    ac_program_init(&confirmed.original);
    const uint64_t start_ms = clock_ms();
    struct campaign_finding *finding = NULL;
    const bool shown = confirm(campaign, candidate, &confirmed);
    const bool dismissed = !shown && confirmed.is_resident_growth;
    if (dismissed)
        growth_dismiss(campaign, &confirmed, start_ms);
    else if (shown)
        finding = take_confirmed(campaign, candidate, &confirmed);
    else
        finding = take_unconfirmed(campaign, candidate, &confirmed);
    sequence_destroy(&confirmed.sequence);
    ac_program_destroy(&confirmed.original);
    ac_program_destroy(&program);
    campaign->errors += finding == NULL && !dismissed;
    return finding;
}

/* Candidates of one group mostly show the same bug, and each takes seconds to examine: ever fewer
 * are. */
static bool is_worthwhile(const struct campaign *campaign, struct finding_group *group) {
    if (group->finding == NULL || campaign->options.confirms_all)
        return true;
    if (!group->finding->confirmed)
        return group->attempts < MOST_ATTEMPTS;
    group->repeats++;
    return group->repeats <= MOST_REPEATS && (group->repeats & (group->repeats - 1)) == 0;
}

static bool is_certain(const struct campaign_finding *finding) {
    return finding->confirmed || finding->in_process;
}

void campaign_candidate(struct campaign *campaign, const struct candidate *candidate) {
    const unsigned place = ac_place_of(candidate->program, candidate->finding);
    struct finding_group *group = &campaign->findings.groups[candidate->finding->oracle][place];
    const bool worthwhile = is_worthwhile(campaign, group);
    avoid_finding(campaign, candidate->program, candidate->finding, group->repeats);
    if (!worthwhile) {
        group->finding->repeats++;
        return;
    }
    if (group->finding == NULL && !growth_has_time(campaign, candidate))
        return;
    group->attempts++;
    campaign->phase = (struct campaign_phase){.what = "confirming a finding"};
    group->finding = examine(campaign, candidate);
    campaign->phase = (struct campaign_phase){.what = NULL};
    if (group->finding == NULL)
        return;
    group->finding->deviates |= candidate->deviation != NULL;
    if (is_certain(group->finding) && !group->finding->deviates)
        campaign->ended = campaign->ended || !campaign->options.keep_going;
}
