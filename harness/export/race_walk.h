// SPDX-License-Identifier: MIT
// What each thread of a race does in which order, and where a slot goes from one to another: ops on
// one slot keep the order of the program, whichever threads they are on (allocheck/race.h).
#ifndef EXPORT_RACE_WALK_H
#define EXPORT_RACE_WALK_H

#include "allocheck/program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One use of a slot. */
struct race_use {
    uint32_t slot; /* in the first of the rounds */
    uint32_t turn; /* uses of it before */
    bool taken;    /* the one before is another thread's */
    bool given;    /* the one after is another thread's */
};

/* Rounds of one op, one after the other, whose uses are alike: on slots in a row. */
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

struct race_walk {
    struct race_part parts[AC_MAX_THREADS]; /* of threads that have steps */
    unsigned threads;
    uint32_t slots;       /* the highest that is used and one more */
    uint8_t *last_thread; /* by slot: index of the part that uses it last; AC_MAX_THREADS: none */
};

/* Walks over the ops that `takes' is true of. False: out of memory; to be destroyed all the same.
 */
bool race_walk_make(struct race_walk *walk, const struct ac_program *program,
                    bool (*takes)(const struct ac_op *op));
void race_walk_destroy(struct race_walk *walk);

#endif
