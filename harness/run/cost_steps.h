// SPDX-License-Identifier: MIT
// A program's calls of malloc's family, ready to be made: repeats expanded, operands resolved.
#ifndef ALLOCHECK_COST_STEPS_H
#define ALLOCHECK_COST_STEPS_H

#include "allocheck/allocator.h"
#include "allocheck/program.h"

struct ac_cost_step {
    uint8_t kind; /* enum ac_op_kind */
    uint32_t slot, from;
    size_t a, b; /* operands */
    size_t size; /* asked for, in bytes; what wraps never becomes a block */
};

struct ac_cost_steps {
    struct ac_cost_step *of;
    size_t count, capacity;
    size_t slots;     /* that are named are below this */
    uint64_t skipped; /* calls of functions that the allocator does not offer */
};

/* False: out of memory. */
bool ac_cost_steps_make(struct ac_cost_steps *steps, const struct ac_allocator *allocator,
                        const struct ac_program *program);
void ac_cost_steps_destroy(struct ac_cost_steps *steps);

#endif
