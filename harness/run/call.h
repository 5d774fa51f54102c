// SPDX-License-Identifier: MIT
// Brackets around each call of the allocator.
#ifndef ALLOCHECK_CALL_H
#define ALLOCHECK_CALL_H

#include "runner.h"

enum { AC_ERRNO_CANARY = 7777 }; /* errno before each call */

/* `bytes': the most that the call may copy or clear. ac_call_end returns the errno that the call
 * left. */
void ac_call_begin(struct ac_runner *runner, uint64_t bytes);
int ac_call_end(struct ac_runner *runner);

/* True if a request for pages was refused since ac_call_begin. */
bool ac_pages_were_refused(const struct ac_runner *runner);

/* Mixes one answer into the digest. */
void ac_digest(struct ac_runner *runner, uint64_t value);

#endif
