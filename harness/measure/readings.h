// SPDX-License-Identifier: MIT
// How the files of this room read a measurement.
#ifndef ALLOCHECK_READINGS_H
#define ALLOCHECK_READINGS_H

#include "allocheck/measure.h"
#include "allocheck/profile_field.h"

/* How a function refused for a cause, by the number of its bit. Without a product, a request above
 * PTRDIFF_MAX stands for one that wraps. */
unsigned ac_seen_refusal(const struct ac_measurement *measured, enum ac_function function,
                         unsigned bit);

/* The right errno for a cause, as enum ac_seen. */
unsigned ac_expected_error(unsigned bit);

/* True if a request for more memory than there is ended the process. */
bool ac_is_exhaustion(const struct ac_fatal_call *call);

#endif
