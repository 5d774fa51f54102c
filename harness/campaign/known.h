// SPDX-License-Identifier: MIT
// Which known finding a confirmed candidate repeats.
#ifndef ALLOCHECK_CAMPAIGN_KNOWN_H
#define ALLOCHECK_CAMPAIGN_KNOWN_H

#include "candidate.h"

/* Shrinks a confirmed candidate to learn its cause, and returns the known finding with the same
 * cause, or NULL. */
struct campaign_finding *known_finding(struct campaign *campaign, struct confirmed *confirmed,
                                       struct cause *cause);

/* --- absorb.c --- */

/* The finding of this oracle at this kind of op, else one whose cause was seen there too. NULL:
 * none. */
struct campaign_finding *known_at(const struct campaign *campaign, enum ac_oracle oracle,
                                  unsigned place);

/* An unconfirmed finding of this oracle at this kind of op, where a confirmed cause was seen now,
 * becomes a repeat of it. */
void absorb_unconfirmed(struct campaign *campaign, struct campaign_finding *known,
                        enum ac_oracle oracle, unsigned place);

#endif
