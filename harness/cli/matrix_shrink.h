// SPDX-License-Identifier: MIT
// `allocheck matrix --shrink`: what is left of the programs that kill planted-bug allocators.
#ifndef ALLOCHECK_CLI_MATRIX_SHRINK_H
#define ALLOCHECK_CLI_MATRIX_SHRINK_H

#include "planted/matrix.h"

/* Shrinks the first program that kills each planted-bug allocator (only: of that name; NULL: all)
 * in so many processes, and prints a table; writes what killed them, as bytes, into the folder
 * `out' (NULL: not at all). Returns an exit status: STATUS_FINDING where a shrunk program shows
 * another finding, is not minimal, or the median has more than one op more than the shortest known.
 */
int matrix_shrink(const struct ac_matrix_options *options, const char *only, unsigned jobs,
                  const char *out);

#endif
