// SPDX-License-Identifier: MIT
// Which thread of a program runs which ops, and where a slot goes from one thread to another, if
// the threads run at the same time: ops on one slot keep the order of the program
// (allocheck/race.h).
#ifndef ALLOCHECK_THREAD_PLAN_H
#define ALLOCHECK_THREAD_PLAN_H

#include "allocheck/program.h"

/* One use of a slot. */
struct ac_slot_use {
    uint32_t slot;
    uint32_t index;   /* of the slot, among all that are used */
    uint32_t earlier; /* uses of the slot before this one */
    bool received;    /* the one before is another thread's */
    bool sent;        /* the one after is another thread's */
    bool last;
};

/* One op in one of its rounds. */
struct ac_plan_step {
    uint32_t op, round;
    uint32_t uses; /* how many */
    struct ac_slot_use use[AC_SLOTS_OF_OP];
};

/* The steps of one thread, in order. */
struct ac_plan_part {
    struct ac_plan_step *steps;
    size_t count, capacity;
};

struct ac_thread_plan {
    struct ac_plan_part part[AC_MAX_THREADS];
    uint32_t slots;      /* that are used */
    uint64_t skipped;    /* ops that `runs' is false of, repeats expanded */
    uint64_t over_limit; /* likewise, beyond AC_MAX_CALLS or the last slot */
};

/* Plans the ops that `runs' is true of. `exit T' is a step of thread T. False: out of memory;
 * destroy the plan all the same. */
bool ac_thread_plan_make(struct ac_thread_plan *plan, const struct ac_program *program,
                         bool (*runs)(const struct ac_op *op));
void ac_thread_plan_destroy(struct ac_thread_plan *plan);

#endif
