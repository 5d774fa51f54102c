// SPDX-License-Identifier: MIT
// Findings that were not confirmed, and are known to be those of a confirmed cause after all.
#include "known.h"

#include "folder.h"

#include <string.h>

static bool is_seen_at(const struct campaign_finding *finding, const char *place) {
    if (!finding->confirmed)
        return false;
    for (size_t i = 0; i < finding->also_seen.count; i++)
        if (also_seen_is_one_place(finding->also_seen.at[i], place))
            return true;
    return false;
}

struct campaign_finding *known_at(const struct campaign *campaign, enum ac_oracle oracle,
                                  unsigned place) {
    char text[ALSO_SEEN_TEXT];
    struct campaign_finding *finding = finding_list_by_group(&campaign->findings, oracle, place);
    if (finding != NULL)
        return finding;
    also_seen_put(text, ac_oracle_info(oracle)->id, ac_place_name(place), NULL);
    finding = campaign->findings.first;
    while (finding != NULL && !is_seen_at(finding, text))
        finding = finding->next;
    return finding;
}

static void point_groups_at(struct finding_list *list, const struct campaign_finding *from,
                            struct campaign_finding *to) {
    for (unsigned oracle = 0; oracle < AC_ORACLES; oracle++)
        for (unsigned place = 0; place < AC_PLACES; place++)
            if (list->groups[oracle][place].finding == from)
                list->groups[oracle][place].finding = to;
}

void absorb_unconfirmed(struct campaign *campaign, struct campaign_finding *known,
                        enum ac_oracle oracle, unsigned place) {
    struct campaign_finding *finding = finding_list_by_group(&campaign->findings, oracle, place);
    if (finding == NULL || finding == known || finding->confirmed)
        return;
    known->repeats += finding->repeats + 1;
    point_groups_at(&campaign->findings, finding, known);
    campaign_remove_folder(finding);
    finding_list_remove(&campaign->findings, finding);
}
