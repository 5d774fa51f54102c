// SPDX-License-Identifier: MIT
// What the page of a run is given, part by part. Each returns an object that is to be deleted, or
// NULL: out of memory.
#ifndef ALLOCHECK_REPORT_DATA_H
#define ALLOCHECK_REPORT_DATA_H

#include "report.h"

#include "explain/explain.h"

#include <cjson/cJSON.h>

/* An object of a kind ("run", ...), with the version that made it. */
cJSON *data_new(const char *kind);

/* All of a run. */
cJSON *data_of_run(const struct report *report);

/* The events of a run, and the page source's calls in them. Where an oracle had the program run
 * several times on one heap, all of them up to a finding, the last ones of very many; the first one
 * where there is none. Of a report with a journal. */
cJSON *data_of_journal(const struct report *report);

/* What a finding saw. */
cJSON *data_of_snapshot(const struct ac_snapshot *snapshot);

/* The facts that `allocheck explain' prints. */
struct evidence evidence_of(const struct report *report);
cJSON *data_of_explanation(const struct evidence *evidence);

#endif
