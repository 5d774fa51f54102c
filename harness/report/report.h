// SPDX-License-Identifier: MIT
// Self-contained HTML pages for a run, a folder of findings, and a scorecard.
#ifndef ALLOCHECK_REPORT_REPORT_H
#define ALLOCHECK_REPORT_REPORT_H

#include "allocheck/journal.h"
#include "allocheck/run.h"

#include <stdio.h>

struct stack; /* explain/stack.h */
struct cJSON; /* cJSON.h; a page of a run does not need it */

/* One run. The caller owns what it points to. */
struct report {
    const char *input; /* its name */
    const struct ac_program *program;
    const char *allocator;
    const struct ac_report *outcome;  /* of the run */
    const struct ac_journal *journal; /* of the run; NULL: no picture */
    const uint64_t *usable;       /* usable sizes in bytes by event of the journal that returned the
                                     block; UINT64_MAX: unknown; NULL: none is known */
    const char *reproducer;       /* what is known of its C file, without a full stop; NULL: none */
    const char *command;          /* reproduces it; NULL: none */
    const char *output;           /* of the process; NULL or empty: none */
    const struct stack *stack;    /* of the process (stack_of_child); NULL: none */
    const char *const *also_seen; /* where else a campaign saw the same cause */
    size_t also_seen_count;
};

/* Writes the page of a run: verdict, heap over time, program. False: out of memory, the page is
 * incomplete. */
bool report_write(const struct report *report, FILE *to);

/* Writes the page of a scorecard, the object that `allocheck scorecard --json' prints. False as
 * above. */
bool report_write_scorecard(const struct cJSON *card, FILE *to);

/* Writes the page of several findings: an array of {"folder": path relative to the page, or ".",
 * "files": names of files in it, "finding": content of finding.json}. `name` is the title. False as
 * above. */
bool report_write_findings(const struct cJSON *findings, const char *name, FILE *to);

#endif
