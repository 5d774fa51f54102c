// SPDX-License-Identifier: MIT
// Readings of measurements that several files need.
#ifndef ALLOCHECK_MEASURED_H
#define ALLOCHECK_MEASURED_H

#include "allocheck/measure.h"
#include "allocheck/profile_field.h"

/* What malloc, calloc and realloc of NULL answered to size 0. */
unsigned ac_seen_malloc_zero(const struct ac_measured *measured);

/* How a function refused for a cause, by the number of its bit. Functions without a product wrap
 * where they are above PTRDIFF_MAX. */
unsigned ac_seen_refusal(const struct ac_measured *measured, enum ac_function function,
                         unsigned bit);

/* The error of a cause, as enum ac_seen. */
unsigned ac_right_error(unsigned bit);

/* True when the process ended because more was asked for than there is. */
bool ac_ends_exhausted(const struct ac_measured_end *end);

#endif
