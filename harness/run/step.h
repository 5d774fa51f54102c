// SPDX-License-Identifier: MIT
// The program counter: which op runs, on which slots, with which values.
#ifndef ALLOCHECK_STEP_H
#define ALLOCHECK_STEP_H

#include "runner.h"

/* Moves to an op and a round of its repeats; to the teardown, past the last op. What reports where
 * a run is follows: findings, the journal, and the progress that another process watches. */
void ac_move_to(struct ac_runner *runner, size_t op, uint32_t round);
void ac_move_to_end(struct ac_runner *runner);

/* Until the next move. */
static inline void ac_enter_stage(struct ac_runner *runner, enum ac_stage stage) {
    runner->progress->stage = stage;
}

/* True if there is an op to run. ac_begin_op begins it, too; ac_end_op moves to the next. */
bool ac_has_op(struct ac_runner *runner);
bool ac_begin_op(struct ac_runner *runner);
void ac_end_op(struct ac_runner *runner);

static inline const struct ac_op *ac_this_op(const struct ac_runner *runner) {
    return runner->instead != NULL ? runner->instead : &runner->program->ops[runner->at];
}

/* The slot that the op fills or names first, and the one that it names second, its round added.
 * NULL, counted as over a limit: beyond the last slot. */
struct ac_slot *ac_this_slot(struct ac_runner *runner, uint32_t *number);
struct ac_slot *ac_from_slot(struct ac_runner *runner, uint32_t *number);

size_t ac_resolve_operand(const struct ac_runner *runner, struct ac_operand operand);

#endif
