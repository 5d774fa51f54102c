// SPDX-License-Identifier: MIT
// Which known finding a confirmed candidate repeats.
#ifndef ALLOCHECK_CAMPAIGN_KNOWN_H
#define ALLOCHECK_CAMPAIGN_KNOWN_H

#include "candidate.h"

/* Shrinks a confirmed candidate to learn its cause, and returns the known finding with the same
 * cause, or NULL. */
struct campaign_finding *known_finding(struct campaign *campaign, struct confirmed *confirmed,
                                       struct cause *cause);

#endif
