// SPDX-License-Identifier: MIT
// The call of a misuse. It is made only if the profile guarantees to catch it, and must be caught
// with the profile's text.
#ifndef ALLOCHECK_MISUSE_CALL_H
#define ALLOCHECK_MISUSE_CALL_H

#include "runner.h"

struct ac_misuse_call {
    enum ac_misuse kind;
    unsigned texts; /* texts that may catch it; bits by enum ac_misuse */
    uint8_t *address;
    size_t size;      /* if the call takes one */
    size_t alignment; /* likewise */
};

/* True if the allocator has the function, and catches the misuse. False is counted. */
bool ac_misuse_is_guaranteed(struct ac_runner *runner, enum ac_misuse misuse);

/* Makes the call, and checks how it ends. */
void ac_attempt_misuse(struct ac_runner *runner, const struct ac_misuse_call *misuse);

#endif
