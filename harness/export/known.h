// SPDX-License-Identifier: MIT
// What is known of slots when an op runs.
#ifndef EXPORT_KNOWN_H
#define EXPORT_KNOWN_H

#include "export_plan.h"

struct known {
    bool may_be_framed; /* a slot that it uses may name memory of a frame */
    uint64_t aligned;   /* what the block that it resizes was asked to be aligned to; 0: nothing */
};

/* By op; to be freed. NULL: out of memory. */
struct known *known_of(const struct plan *plan);

#endif
