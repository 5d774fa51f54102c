// SPDX-License-Identifier: MIT
// Measures the memory or the time of a program's calls. Checks nothing.
#ifndef ALLOCHECK_COST_H
#define ALLOCHECK_COST_H

#include "allocator.h"
#include "program.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ac_cost_of {
    AC_COST_MEMORY, /* one run, every byte of every block written */
    AC_COST_TIME,   /* many runs on one heap, after a warm-up run; no byte is touched */
};

struct ac_cost {
    uint64_t calls;   /* of the malloc family in one run, without the frees at its end */
    uint64_t skipped; /* calls of functions that the allocator does not offer */

    uint64_t refused; /* calls that returned NULL for more than 0 bytes, in all runs */

    /* AC_COST_MEMORY */
    uint64_t live_peak; /* bytes requested and live at once, at most */
    uint64_t held_peak; /* bytes held, sampled about 250 times: of the page source, */
    bool resident;      /* or, without one, anonymous bytes that became resident */
    bool fixed;         /* the page source is one buffer, held from the start */

    /* AC_COST_TIME */
    uint64_t runs;
    uint64_t nanoseconds; /* of CPU time, for all runs */
};

/* Runs a program's calls of the malloc family; other ops do nothing. Measure memory in a fresh
 * process; there an allocator that takes a page source gets the harness's. For time it finds its
 * own pages if it can. A slot that is used again is freed first; live blocks are freed at the end.
 * False: out of memory, or no heap could be opened. */
bool ac_measure_cost(const struct ac_allocator *allocator, const struct ac_program *program,
                     enum ac_cost_of of, struct ac_cost *cost);

#ifdef __cplusplus
}
#endif
#endif
