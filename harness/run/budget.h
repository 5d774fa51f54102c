// SPDX-License-Identifier: MIT
// Limits on requests that would exhaust the machine's memory.
#ifndef ALLOCHECK_BUDGET_H
#define ALLOCHECK_BUDGET_H

#include "request.h"

/* False: the request may use up the machine's memory, or exhaust an allocator that then ends the
 * process. It must not be made. */
bool ac_fits_budget(const struct ac_runner *runner, const struct ac_request *request);
bool ac_misuse_fits_budget(const struct ac_runner *runner, size_t size);

/* A block of the heap, function and size set, becomes live, or ends. */
void ac_charge(struct ac_runner *runner, const struct ac_block *block);
void ac_discharge(struct ac_runner *runner, const struct ac_block *block);

/* What a live block counts. */
uint64_t ac_touched(const struct ac_block *block);

#endif
