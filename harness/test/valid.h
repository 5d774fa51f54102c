// SPDX-License-Identifier: MIT
// Which ops, heads and programs are valid (op.h): every field in range, unused fields 0, operands
// canonical.
#ifndef ALLOCHECK_TEST_VALID_H
#define ALLOCHECK_TEST_VALID_H

#include "allocheck/program.h"

bool op_valid(const struct ac_op *op);
bool head_valid(const struct ac_head *head);
bool program_valid(const struct ac_program *program);

#endif
