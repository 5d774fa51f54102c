// SPDX-License-Identifier: MIT
// What the calls of a program cost on an allocator: memory or time, nothing checked.
#ifndef ALLOCHECK_COST_H
#define ALLOCHECK_COST_H

#include "allocator.h"
#include "program.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ac_cost_of {
    AC_COST_MEMORY, /* one run, every byte of every block written */
    AC_COST_TIME,   /* many runs on one heap, no byte touched, after one that is not counted */
};

struct ac_cost {
    uint64_t calls;   /* of malloc's family in one run; frees of what is live at its end left out */
    uint64_t skipped; /* calls of functions that the allocator does not offer */

    uint64_t refused; /* calls that gave NULL for more than 0 bytes, over all runs */

    /* AC_COST_MEMORY */
    uint64_t live_peak; /* bytes asked for, at most at once */
    uint64_t held_peak; /* bytes held, as seen some 250 times: of the page source, */
    bool resident;      /* or where there is none, those that became resident and no file backs */
    bool fixed;         /* the page source is one buffer: held from the start, whatever is live */

    /* AC_COST_TIME */
    uint64_t runs;
    uint64_t nanoseconds; /* of the processor, for all these runs */
};

/* Runs a program's calls of malloc's family; its other ops do nothing. For measured memory the
 * process must be fresh, and an allocator that takes a page source is given the harness's; for
 * measured time it finds its own pages where it can. A slot that is used again is freed first; what
 * is live at the end is freed. False: no memory, or no instance could be opened. */
bool ac_measure_cost(const struct ac_allocator *allocator, const struct ac_program *program,
                     enum ac_cost_of of, struct ac_cost *cost);

#ifdef __cplusplus
}
#endif
#endif
