// SPDX-License-Identifier: MIT
// What a request is, and how far standards and profile fix the answer to it.
#ifndef REQUEST_H
#define REQUEST_H

#include "runner.h"

static inline bool ac_is_power_of_two(size_t number) {
    return number != 0 && (number & (number - 1)) == 0;
}

static inline bool ac_is_aligned_form(enum ac_function function) {
    return function == AC_FN_ALIGNED_ALLOC || function == AC_FN_POSIX_MEMALIGN ||
           function == AC_FN_MEMALIGN;
}

/* As the function asks for it; forms without an alignment always have a valid one. */
bool ac_has_valid_alignment(const struct ac_request *request);

/* True for what no allocator can grant: more than there are addresses, or than the source has. */
bool ac_is_impossible(const struct ac_runner *runner, const struct ac_request *request);

bool ac_is_zero_size(const struct ac_request *request);
enum ac_zero_size ac_zero_reading(const struct ac_runner *runner, const struct ac_request *request);

/* --- of a request that was refused --- */

/* True when the memory may really be used up. */
bool ac_may_be_exhausted(const struct ac_runner *runner, const struct ac_answer *answer);

unsigned ac_cause_of(const struct ac_request *request); /* one of enum ac_cause */
bool ac_guarantees_errno(const struct ac_runner *runner, const struct ac_request *request);

/* True when an error is one that the cause may have. */
bool ac_error_fits(const struct ac_runner *runner, const struct ac_request *request, unsigned cause,
                   int error);

#endif
