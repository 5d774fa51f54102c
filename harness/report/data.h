// SPDX-License-Identifier: MIT
// The JSON data of a page. Each function returns a new object, which the caller deletes; NULL: out
// of memory.
#ifndef ALLOCHECK_REPORT_DATA_H
#define ALLOCHECK_REPORT_DATA_H

#include "report.h"

#include "explain/explain.h"

#include <cjson/cJSON.h>

/* With `kind` ("run", ...) and the version of allocheck. */
cJSON *data_new(const char *kind);

/* Everything about a run. */
cJSON *data_of_run(const struct report *report);

/* The calls of a run and their page source calls. If an oracle ran the program several times on one
 * heap: all runs up to the finding (the last ones of very many), or the first without a finding.
 * The report must have a journal. */
cJSON *data_of_journal(const struct report *report);

/* Memory at the failed check. */
cJSON *data_of_snapshot(const struct ac_snapshot *snapshot);

/* The facts that `allocheck explain' prints. */
struct evidence evidence_of(const struct report *report);
cJSON *data_of_explanation(const struct evidence *evidence);

#endif
