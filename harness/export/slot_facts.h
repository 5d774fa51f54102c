// SPDX-License-Identifier: MIT
// What the program says about the slots of an op before it runs.
#ifndef EXPORT_SLOT_FACTS_H
#define EXPORT_SLOT_FACTS_H

#include "plan.h"

struct slot_facts {
    bool may_be_framed; /* a slot that the op uses may name memory of a frame */
    uint64_t alignment; /* requested for the block that it resizes; 0: none */
};

/* An array by op, which the caller frees. NULL: out of memory. */
struct slot_facts *slot_facts_of(const struct plan *plan);

#endif
