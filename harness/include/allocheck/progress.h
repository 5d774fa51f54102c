// SPDX-License-Identifier: MIT
// Progress of a run, in memory that another process may watch.
#ifndef ALLOCHECK_PROGRESS_H
#define ALLOCHECK_PROGRESS_H

#include <stdint.h>

/* What a run does. */
enum ac_stage {
    AC_STAGE_PROGRAM,    /* runs the ops, and after the last one checks and frees what is live */
    AC_STAGE_OPEN,       /* opens the heap */
    AC_STAGE_THREAD_END, /* ends a thread, its destructors included, or lets it leave the heap */
    AC_STAGE_CLOSE,      /* closes the heap */
    AC_STAGES
};

/* Written with plain stores. */
struct ac_progress {
    volatile uint64_t program; /* programs begun */
    volatile uint32_t op;      /* index of the op that runs; the number of ops: none */
    volatile uint32_t round;   /* of its repeats */
    volatile uint32_t stage;   /* enum ac_stage */
    volatile uint32_t thread;  /* that runs it */
    volatile uint32_t in_call; /* 1 while the allocator runs */
    volatile uint64_t stack;   /* address; the stack below it belongs to the call */
    volatile uint64_t calls;   /* begun */
    volatile uint64_t bytes;   /* that the call may copy or clear, at most */
    volatile uint64_t refused; /* `calls' when a trap last refused a page request */
};

#endif
