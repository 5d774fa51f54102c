// SPDX-License-Identifier: MIT
// A measured profile for people.
#ifndef ALLOCHECK_TOOL_PROFILE_TABLE_H
#define ALLOCHECK_TOOL_PROFILE_TABLE_H

#include "allocheck/measure.h"

#include <stdio.h>

/* Writes a table of traits, what was seen of each, and how it was measured; then the remarks. */
void profile_print_table(FILE *out, const char *name, const struct ac_measurement *measured);

#endif
