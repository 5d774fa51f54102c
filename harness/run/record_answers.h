// SPDX-License-Identifier: MIT
// Records answers in ac_run_options.answers, for comparing allocators. Does nothing without it.
#ifndef ALLOCHECK_RECORD_ANSWERS_H
#define ALLOCHECK_RECORD_ANSWERS_H

#include "request.h"

void ac_record_answer(struct ac_runner *runner, const struct ac_request *request,
                      const struct ac_answer *answer);

/* Of the last block given: calloc's was zeroed, or realloc's kept its content. */
void ac_record_content(struct ac_runner *runner, const struct ac_request *request, bool kept);

#endif
