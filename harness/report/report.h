// SPDX-License-Identifier: MIT
// Pages that need nothing but themselves: of one run, of a folder of findings, of a scorecard.
#ifndef ALLOCHECK_REPORT_REPORT_H
#define ALLOCHECK_REPORT_REPORT_H

#include "allocheck/journal.h"
#include "allocheck/run.h"

#include <stdio.h>

struct cJSON; /* of cJSON.h: whoever shows a run does without it */

/* One run. What it points to is the caller's. */
struct report {
    const char *input; /* its name, as people know it */
    const struct ac_program *program;
    const char *allocator;
    const struct ac_report *came;     /* what came of it */
    const struct ac_journal *journal; /* of that run; NULL: none was kept, nothing is drawn */
    const uint64_t *usable; /* sizes of blocks, in bytes, by the event of the journal that gave
                               them; UINT64_MAX: not known; NULL: nobody asked */
    const char *command;    /* that shows it again; NULL: none */
    const char *output;     /* what the process wrote; NULL or empty: nothing */
};

/* Writes the page of a run: verdict, heap over time, program. False: out of memory; what was
 * written is no page. */
bool report_write(const struct report *report, FILE *to);

/* Writes the page of a scorecard, an object as `allocheck scorecard --json' prints it. It is read
 * only. False as report_write. */
bool report_write_scorecard(const struct cJSON *card, FILE *to);

/* Writes the page of several findings: an array of {"folder": where its files are, relative to the
 * page, or ".", "files": names of those that are there, "finding": what finding.json holds}. `name`
 * is that of the whole. False as report_write. */
bool report_write_findings(const struct cJSON *findings, const char *name, FILE *to);

#endif
