// SPDX-License-Identifier: MIT
// A measured profile for people.
#ifndef ALLOCHECK_CLI_PROFILE_PRINT_H
#define ALLOCHECK_CLI_PROFILE_PRINT_H

#include "allocheck/measure.h"

#include <stdio.h>

/* Writes a table (trait, what was seen, how it was found out), and what there is to say. */
void profile_print(FILE *out, const char *name, const struct ac_measured *measured);

#endif
