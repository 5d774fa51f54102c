// SPDX-License-Identifier: MIT
// The values of operands when a program runs.
#ifndef ALLOCHECK_CONVERT_VALUES_H
#define ALLOCHECK_CONVERT_VALUES_H

#include "allocheck/program.h"

/* The operands of an op as they were passed in its first round. */
struct value {
    bool known; /* the op made a request of the heap */
    size_t a, b;
};

struct values {
    struct value *of; /* by index of op */
    size_t count;
};

/* Notes the values in a run on the C library's malloc, if an operand is `left'; other symbols need
 * no run, and their values are not noted. False: out of memory. */
bool values_learn(struct values *values, const struct ac_program *program);
void values_forget(struct values *values);

#endif
