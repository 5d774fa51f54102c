// SPDX-License-Identifier: MIT
// The ops that the child of a fork runs.
#ifndef ALLOCHECK_FORK_OPS_H
#define ALLOCHECK_FORK_OPS_H

#include "runner.h"

/* Runs the ops, then frees all live blocks, until a check fails. *at is the progress, from 1 on,
 * for ac_fork_place. */
void ac_fork_ops(struct ac_runner *runner, volatile uint32_t *at);

/* Writes this place in words; 0: before the first op. */
void ac_fork_place(uint32_t at, char *text, size_t capacity);

#endif
