// SPDX-License-Identifier: MIT
#ifndef ALLOCHECK_MATRIX_TABLE_H
#define ALLOCHECK_MATRIX_TABLE_H

#include "planted/matrix.h"

/* Prints which oracle finds each planted bug (NULL: all of them; else the one of that name), that
 * the clean builds are clean, and how often each oracle checked. Returns an exit status. */
int matrix_table(const struct ac_matrix_options *options, const char *only);

#endif
