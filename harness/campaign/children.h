// SPDX-License-Identifier: MIT
// The child processes of a campaign. NULL: a message has been printed.
#ifndef ALLOCHECK_CAMPAIGN_CHILDREN_H
#define ALLOCHECK_CAMPAIGN_CHILDREN_H

#include "campaign.h"

/* A child that checks these oracles. */
struct ac_child *campaign_new_child(const struct campaign *campaign, ac_oracle_set oracles);
/* The same for all oracles but no-growth, which takes tens of thousands of rounds. */
struct ac_child *campaign_new_quick_child(const struct campaign *campaign);
/* A child that records the behaviour of its programs. */
struct ac_child *campaign_new_watched_child(const struct campaign *campaign);
/* A child whose findings stand, and can be explained: it waits for the decay of free memory, and
 * keeps a journal, except of races. */
struct ac_child *campaign_new_confirm_child(const struct campaign *campaign);

/* Ends the child's requests when the search ends, or only when no time is left to confirm what it
 * found; a signal ends them at once. */
enum campaign_until { CAMPAIGN_UNTIL_DEADLINE, CAMPAIGN_UNTIL_END };
void campaign_limit_child(const struct campaign *campaign, struct ac_child *child,
                          enum campaign_until until);

/* In a worker: requests to its children also end once *stop is true. */
void campaign_stop_children(const volatile bool *stop);

/* An external engine reports a program that takes longer than this many milliseconds. */
unsigned campaign_slow_ms(const struct campaign *campaign);

#endif
