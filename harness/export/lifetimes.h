// SPDX-License-Identifier: MIT
// Which thread runs which op. A step is a stretch of ops on one thread, or the exit of a thread
// from a frame, the heap or the process; steps are numbered from 0 and run in order.
#ifndef EXPORT_LIFETIMES_H
#define EXPORT_LIFETIMES_H

#include "plan.h"

enum { NO_STEP = 0 }; /* step 0 is the main thread's */

/* A thread from its first op to its end. */
struct lifetime {
    unsigned thread; /* 0: the main one */
    unsigned number; /* of the lifetimes of this thread, from 1 */
    size_t first;    /* op */
    bool frees;      /* blocks at its end */
    /* Steps after its last op; NO_STEP: none. */
    unsigned frames_step; /* its frames */
    unsigned end_step;
    unsigned heap_step; /* calls thread_exit */
    bool continues;     /* in the next round, as the same thread */
};

struct lifetimes {
    struct lifetime *at; /* the main thread's first */
    size_t count;
    uint32_t *of;                                     /* by op: index of its lifetime */
    unsigned *step;                                   /* by op */
    bool *ends;                                       /* by op: it ends a lifetime */
    unsigned main_step;                               /* the main thread's step after the last op */
    const struct lifetime *remaining[AC_MAX_THREADS]; /* after the last op; NULL: none */
};

/* False: out of memory. Call lifetimes_destroy in either case. */
bool lifetimes_plan(struct lifetimes *lifetimes, const struct plan *plan);
void lifetimes_destroy(struct lifetimes *lifetimes);

/* The C function of a lifetime other than the main thread's. */
enum { THREAD_NAME = 32 };
void thread_function_name(const struct lifetime *lifetime, char name[THREAD_NAME]);

#endif
