// SPDX-License-Identifier: MIT
// What the files that enumerate programs share.
#ifndef ALLOCHECK_ENUMERATE_PRIVATE_H
#define ALLOCHECK_ENUMERATE_PRIVATE_H

#include "allocheck/enumerate.h"

/* The value of an operand of a scope, whatever machine it runs on. */
uint64_t ac_scope_value(const struct ac_scope *scope, struct ac_operand operand);

/* Fills in the ops that a target offers and that a scope asks for. */
void ac_enumerate_ops(struct ac_enumeration *enumeration, const struct ac_scope *scope,
                      const struct ac_target *target);

#endif
