// SPDX-License-Identifier: MIT
// Groups saved findings by their cause.
#ifndef ALLOCHECK_RESULTS_SAVED_GROUP_H
#define ALLOCHECK_RESULTS_SAVED_GROUP_H

#include "also_seen.h"
#include "saved_finding.h"

/* For each finding, the index of the one that leads its group; to be freed. Findings of one
 * allocator share a group if their names are equal, or, if both were reproduced in a fresh process
 * and so are shrunk, if cause_is_same() says so. The first of these leads. What was not reproduced
 * joins the first group that was seen to fail the same oracle at the same kind of op. NULL: out of
 * memory. */
size_t *saved_findings_group(const struct saved_finding *at, size_t count);

/* All places other than its own at which the cause of at[leader] was seen: those of its group, and
 * those that its members list. */
void saved_findings_also_seen(const struct saved_finding *at, const size_t *groups, size_t count,
                              size_t leader, struct also_seen *places);

#endif
