// SPDX-License-Identifier: MIT
// Checks of the answer to one request.
#ifndef ALLOCHECK_CHECK_ANSWER_H
#define ALLOCHECK_CHECK_ANSWER_H

#include "request.h"

/* A block was given. False: a check failed; the block must not be touched. */
bool ac_check_granted(struct ac_runner *runner, const struct ac_request *request,
                      const struct ac_answer *answer);

/* NULL was given. */
void ac_check_refused(struct ac_runner *runner, const struct ac_request *request,
                      const struct ac_answer *answer);

#endif
