// SPDX-License-Identifier: MIT
// Where results come from, as members of a JSON object.
#ifndef ALLOCHECK_RESULTS_ORIGIN_H
#define ALLOCHECK_RESULTS_ORIGIN_H

#include "finding.h"

#include <cjson/cJSON.h>

/* "tool" and "system": the versions of what ran. */
void origin_add_versions(cJSON *to);
/* "allocator": which one, and which file. */
void origin_add_allocator(cJSON *to, const struct setting *setting);
/* "options": what the user chose, or the default. */
void origin_add_options(cJSON *to, const struct setting *setting);

#endif
