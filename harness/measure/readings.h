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

/* Why a call ended the process. */
enum ac_fatal_kind {
    AC_FATAL_BUG,
    AC_FATAL_EXHAUSTION, /* announced: a request that could be tried exceeds the memory */
    AC_FATAL_IMPOSSIBLE, /* announced: no memory can satisfy the request */
};
enum ac_fatal_kind ac_fatal_kind_of(const struct ac_fatal_call *call);

/* True if some call ended the process that way. */
bool ac_exhaustion_ends(const struct ac_measurement *measured);
bool ac_impossible_ends(const struct ac_measurement *measured);

/* A call with its arguments, such as `calloc(3, 8)'. Returns `text`. `resizes': a live block. */
const char *ac_asked_text(enum ac_function function, bool resizes, const struct ac_asked *asked,
                          char *text, size_t capacity);

/* The same with how it ended the process. */
void ac_fatal_call_text(const struct ac_fatal_call *call, char *text, size_t capacity);

#endif
