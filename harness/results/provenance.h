// SPDX-License-Identifier: MIT
// What produced the results, as members of a JSON object.
#ifndef ALLOCHECK_RESULTS_PROVENANCE_H
#define ALLOCHECK_RESULTS_PROVENANCE_H

#include "finding.h"

#include <cjson/cJSON.h>

/* "tool" and "system": versions. */
void provenance_add_versions(cJSON *to);
/* "allocator": name and file. */
void provenance_add_allocator(cJSON *to, const struct setup *setup);
/* "options": the values in use, defaults included. */
void provenance_add_options(cJSON *to, const struct setup *setup);

#endif
