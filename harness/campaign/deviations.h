// SPDX-License-Identifier: MIT
#ifndef ALLOCHECK_CAMPAIGN_DEVIATIONS_H
#define ALLOCHECK_CAMPAIGN_DEVIATIONS_H

#include "campaign.h"

/* Reports each deviation from the standards that was measured and that a program of a few calls
 * shows; from then on the campaign accepts it. Does nothing if the profile was declared. */
void campaign_report_deviations(struct campaign *campaign);

#endif
