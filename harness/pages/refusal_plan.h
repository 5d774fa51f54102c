// SPDX-License-Identifier: MIT
// A plan to refuse requests for pages: the nth from when it is made, or that one and all after it.
#ifndef REFUSAL_PLAN_H
#define REFUSAL_PLAN_H

#include <stdbool.h>
#include <stdint.h>

struct ac_refusal_plan {
    uint64_t countdown; /* requests until it refuses; 0: it refuses none */
    bool onwards;
};

static inline struct ac_refusal_plan ac_refusal_plan_of(uint64_t nth, bool onwards) {
    struct ac_refusal_plan plan = {nth, nth > 0 && onwards};
    return plan;
}

/* Asked once for each request. From its turn on a plan stays at 1, until it has refused once, or
 * for good. */
static inline bool ac_refusal_plan_refuses(struct ac_refusal_plan *plan) {
    if (plan->countdown > 1) {
        plan->countdown--;
        return false;
    }
    bool refuses = plan->countdown == 1;
    if (!plan->onwards) {
        plan->countdown = 0;
    }
    return refuses;
}

#endif
