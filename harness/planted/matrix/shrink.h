// SPDX-License-Identifier: MIT
#ifndef ALLOCHECK_MATRIX_SHRINK_H
#define ALLOCHECK_MATRIX_SHRINK_H

#include "planted/matrix.h"

/* Shrinks the first program that finds each planted bug (only: the one of that name; NULL: all),
 * with `jobs` candidates at a time, and prints a table. Writes the programs before shrinking, as
 * bytes, into the folder `out` (NULL: nowhere). Returns an exit status: STATUS_FINDING if a shrunk
 * program shows another finding or is not minimal, although there was time, or if the median has
 * more than one op more than the shortest known program. */
int matrix_shrink(const struct ac_matrix_options *options, const char *only, unsigned jobs,
                  const char *out);

#endif
