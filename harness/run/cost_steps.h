// SPDX-License-Identifier: MIT
// A program's calls of the malloc family: repeats expanded, operands resolved.
#ifndef ALLOCHECK_COST_STEPS_H
#define ALLOCHECK_COST_STEPS_H

#include "invoke.h"

#include "allocheck/allocator.h"
#include "allocheck/program.h"

struct ac_cost_step {
    enum ac_function function; /* AC_FN_COUNT: free */
    uint32_t slot, from;
    struct ac_arguments arguments; /* but `old' */
    size_t size;                   /* in bytes, modulo 2^64 */
};

struct ac_cost_steps {
    struct ac_cost_step *of;
    size_t count, capacity;
    size_t slots;     /* the highest that is named, plus one */
    uint64_t skipped; /* calls of functions that the allocator does not offer */
};

/* False: out of memory. */
bool ac_cost_steps_make(struct ac_cost_steps *steps, const struct ac_allocator *allocator,
                        const struct ac_program *program);
void ac_cost_steps_destroy(struct ac_cost_steps *steps);

#endif
