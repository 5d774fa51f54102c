// SPDX-License-Identifier: MIT
// Questions about ops that several passes ask.
#ifndef ALLOCHECK_SHRINK_OPS_H
#define ALLOCHECK_SHRINK_OPS_H

#include "allocheck/program.h"

/* The operand letters of an op's row in ops.def. */
static inline const char *op_letters(const struct ac_op *op) {
    return ac_op_info((enum ac_op_kind)op->kind)->operands;
}

bool op_has_slot(const struct ac_op *op);
bool op_has_two_slots(const struct ac_op *op);
/* True if the op, or one of its repeats, names the slot. */
bool op_mentions(const struct ac_op *op, uint32_t slot);
/* One past the highest slot that the op names, repeats included. */
uint64_t op_slots_end(const struct ac_op *op);

/* True if the op ends a thread, whose number is in `slot`. */
bool op_ends_thread(const struct ac_op *op);
/* Bit n: the program uses or ends thread n. The main thread has no bit. */
unsigned program_threads(const struct ac_program *program);

/* The bytes that an op asks for, with pages of 4096 bytes and all of the limit left; of a product
 * that wraps, UINT64_MAX. False: it asks for none. */
bool op_size(const struct ac_op *op, const struct ac_head *head, uint64_t *size);
/* True if an op asks for at least half of the program's memory limit. */
bool op_asks_for_most(const struct ac_op *op, const struct ac_head *head);

/* The product of two operands. False: it is no operand. */
bool operand_multiply(struct ac_operand left, struct ac_operand right, struct ac_operand *product);

/* Numbers the slots p0, p1 ... in order of appearance: the program does the same. False: out of
 * memory, and it is unchanged. */
bool program_renumber_slots(struct ac_program *program); /* pass_slots.c */
/* The same for threads 1, 2 ... */
void program_renumber_threads(struct ac_program *program); /* pass_threads.c */

/* A hash of everything in a program; never 0. */
uint64_t program_hash(const struct ac_program *program);

#endif
