// SPDX-License-Identifier: MIT
// Which thread runs which op, and whose turn it is: the stretches of a program that one thread runs
// are numbered from 0, and so are the turns that threads are given to leave or to end.
#ifndef EXPORT_LIVES_H
#define EXPORT_LIVES_H

#include "export_plan.h"

enum { NO_STEP = 0 }; /* the first one is the main thread's */

/* A thread from its first op to its end. */
struct life {
    unsigned thread; /* 0: the main one */
    unsigned number; /* of the lives of this thread, from 1 */
    size_t first;    /* op */
    bool frees;      /* some blocks when it ends */
    /* Turns that it is given after its last op; NO_STEP: none. */
    unsigned leaves; /* its frames */
    unsigned ends;
    unsigned leaves_heap; /* says so to the allocator */
    bool comes_again;     /* in the next round, as the same thread */
};

struct lives {
    struct life *at; /* the first one is the main thread's */
    size_t count;
    uint32_t *of;                            /* by op: index of the life that runs it */
    unsigned *turn;                          /* by op */
    bool *ends;                              /* by op: it ends a life */
    unsigned back;                           /* the main thread's turn after the last op */
    const struct life *left[AC_MAX_THREADS]; /* those that are there then; NULL: none */
};

/* False: out of memory. lives_destroy is due in either case. */
bool lives_plan(struct lives *lives, const struct plan *plan);
void lives_destroy(struct lives *lives);

/* The function of a life that is not the main one's. */
enum { LIFE_NAME = 32 };
void life_name(const struct life *life, char name[LIFE_NAME]);

#endif
