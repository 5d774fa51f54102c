// SPDX-License-Identifier: MIT
// What a campaign prints: at its start, while it runs, and at its end.
#ifndef ALLOCHECK_CAMPAIGN_PROGRESS_H
#define ALLOCHECK_CAMPAIGN_PROGRESS_H

#include "campaign.h"

#include "tool/status.h"

/* Prints the first line. */
void campaign_print_start(struct campaign *campaign);

/* Draws the status line: a status_draw of a struct campaign. */
void campaign_draw(void *campaign, struct status_line *line);

/* The counts of the engine and of the seeds. */
struct campaign_counts campaign_total(const struct campaign *campaign);

double campaign_seconds(const struct campaign *campaign); /* since the start */

/* --- summary.c --- */

void campaign_print_summary(struct campaign *campaign);

/* Rows of a summary: its name in a column, then what the caller prints. */
void summary_begin_row(const char *name);

struct summary_item {
    uint64_t count;
    const char *what; /* of which a `*' is an `s', unless the count is 1 */
};

/* A row of the items that are not 0; no row if all are 0. */
void summary_print_row(const char *name, const struct summary_item *items, size_t count);
#define SUMMARY_ROW(name, items) summary_print_row(name, items, sizeof(items) / sizeof *(items))

/* An oracle that never checked anything has not passed. */
void summary_print_never_checked(const uint64_t checked[AC_ORACLES], ac_oracle_set oracles);

/* The last lines: the findings, or `clean: no finding in 300 programs`. */
void summary_print_findings(const struct campaign *campaign);

/* How much of `campaign->unit` to print after a count: of "programs", "program" for 1. */
int campaign_unit_length(const struct campaign *campaign, uint64_t count);

/* "" for 1, else "s". */
const char *plural(uint64_t count);

#endif
