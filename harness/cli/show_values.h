// SPDX-License-Identifier: MIT
// What the operands of a program stand for when it runs.
#ifndef ALLOCHECK_CLI_SHOW_VALUES_H
#define ALLOCHECK_CLI_SHOW_VALUES_H

#include "allocheck/program.h"

/* The operands of an op as they were passed in its first round. */
struct value {
    bool known; /* the op made a request of the heap */
    size_t a, b;
};

struct values {
    struct value *of; /* by index of the op */
    size_t count;
};

/* Runs the program on the C library's malloc and notes the values. False: out of memory. */
bool values_learn(struct values *values, const struct ac_program *program);
void values_forget(struct values *values);

#endif
