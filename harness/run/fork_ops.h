// SPDX-License-Identifier: MIT
// What the child of a fork does, to show that it can.
#ifndef ALLOCHECK_FORK_OPS_H
#define ALLOCHECK_FORK_OPS_H

#include "runner.h"

/* Runs the ops, then frees all that is live, until one of them is a finding. *at is their progress,
 * from 1 on, for ac_fork_place. */
void ac_fork_ops(struct ac_runner *runner, volatile uint32_t *at);

/* Writes where that is, as people read it; 0: before the first op. */
void ac_fork_place(uint32_t at, char *text, size_t capacity);

#endif
