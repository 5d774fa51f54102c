// SPDX-License-Identifier: MIT
// A plan to refuse page requests: the nth from now, or the nth and every later one.
#ifndef REFUSAL_PLAN_H
#define REFUSAL_PLAN_H

#include <stdbool.h>
#include <stdint.h>

struct ac_refusal_plan {
    uint64_t countdown; /* requests until the refused one; 0: none */
    bool onwards;
};

static inline struct ac_refusal_plan ac_refusal_plan_of(uint64_t nth, bool onwards) {
    struct ac_refusal_plan plan = {nth, nth > 0 && onwards};
    return plan;
}

/* Called once per request. True: refuse it. */
static inline bool ac_refusal_plan_refuses(struct ac_refusal_plan *plan) {
    if (plan->countdown > 1) {
        plan->countdown--;
        return false;
    }
    bool refuses = plan->countdown == 1;
    if (!plan->onwards)
        plan->countdown = 0;
    return refuses;
}

#endif
