// SPDX-License-Identifier: MIT
// The steps of each thread of a race, and the handovers of slots: ops on one slot keep the order of
// the program, whatever threads they are on (allocheck/race.h).
#ifndef EXPORT_RACE_PLAN_H
#define EXPORT_RACE_PLAN_H

#include "allocheck/program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One use of a slot. */
struct race_use {
    uint32_t slot;   /* in the first round */
    uint32_t before; /* earlier uses of the slot */
    bool waits;      /* for the previous use, in another thread */
    bool passes;     /* the slot on to the next use, in another thread */
};

/* Consecutive rounds of one op on consecutive slots, with the same handovers. */
struct race_step {
    uint32_t op, rounds;
    uint32_t uses;
    struct race_use use[AC_SLOTS_OF_OP]; /* the slot that receives or is freed first */
};

/* The steps of one thread. */
struct race_part {
    unsigned thread;
    struct race_step *steps;
    size_t count;
};

struct race_plan {
    struct race_part parts[AC_MAX_THREADS]; /* threads with steps */
    unsigned threads;
    uint32_t slots;       /* one more than the highest in use */
    uint8_t *last_thread; /* by slot: index of the last part that uses it; AC_MAX_THREADS: none */
};

/* Plans the ops that are supported. False: out of memory; call race_plan_destroy all the same. */
bool race_plan_make(struct race_plan *plan, const struct ac_program *program,
                    bool (*supports)(const struct ac_op *op));
void race_plan_destroy(struct race_plan *plan);

#endif
