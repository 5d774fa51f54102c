// SPDX-License-Identifier: MIT
#include "known.h"

#include "folder.h"

/* A confirmed finding of the same oracle at the same kind of op. NULL: none. */
static struct campaign_finding *alike(const struct campaign *campaign,
                                      const struct confirmed *confirmed) {
    const struct ac_finding *shown = &confirmed->report.finding;
    struct campaign_finding *finding = finding_list_by_group(
        &campaign->findings, shown->oracle, ac_place_of(confirmed->program, shown));
    return finding != NULL && finding->confirmed ? finding : NULL;
}

/* --- by the plainest program that fails the same oracle, at whatever op --- */

/* Two crashes have their frames; reduced, one may turn into the other. */
static bool is_comparable(const struct campaign_finding *finding, const struct cause *cause) {
    const bool crashed = finding->cause.frames[0] != '\0' && cause->frames[0] != '\0';
    return finding->confirmed && finding->oracle == cause->oracle && !crashed;
}

/* A finding of realloc may be one of malloc that realloc only passes on. */
static const struct cause *plainest_of(struct campaign *campaign,
                                       struct campaign_finding *finding) {
    if (!finding->has_plainest) {
        finding->has_plainest = true;
        finding->plainest = finding->cause;
        reduce_freely(campaign, &finding->program, finding->replay, &finding->plainest);
    }
    return &finding->plainest;
}

static struct campaign_finding *known_plainest(struct campaign *campaign,
                                               const struct confirmed *confirmed,
                                               const struct cause *cause) {
    struct cause plainest = *cause;
    bool reduced = false;
    for (struct campaign_finding *finding = campaign->findings.first; finding != NULL;
         finding = finding->next) {
        if (!is_comparable(finding, cause))
            continue;
        if (!reduced)
            reduce_freely(campaign, confirmed->program, confirmed->replay, &plainest);
        reduced = true;
        if (cause_is_same(&finding->cause, &plainest) ||
            cause_is_same(plainest_of(campaign, finding), &plainest))
            return finding;
    }
    return NULL;
}

/* --- all --- */

/* Causes mean little if superfluous ops are left; joined programs take long to shrink. */
struct campaign_finding *known_finding(struct campaign *campaign, struct confirmed *confirmed,
                                       struct cause *cause) {
    struct campaign_finding *finding = confirmed->joined > 1 ? alike(campaign, confirmed) : NULL;
    if (finding == NULL) {
        if (confirmed->saved && !confirmed->minimal)
            reduce(campaign, confirmed);
        campaign_cause(campaign, confirmed, cause);
        finding = finding_list_by_cause(&campaign->findings, cause);
        if (finding != NULL && cause_learn(&finding->cause, cause)) {
            finding->plainest = *cause; /* its program is still that of the fork */
            finding->has_plainest = true;
        }
    }
    if (finding == NULL && (confirmed->racing.on || !confirmed->minimal))
        return alike(campaign, confirmed);
    return finding == NULL && confirmed->saved && !confirmed->distinct
               ? known_plainest(campaign, confirmed, cause)
               : finding;
}
