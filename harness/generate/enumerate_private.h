// SPDX-License-Identifier: MIT
// Shared by the files of the enumeration.
#ifndef ALLOCHECK_ENUMERATE_PRIVATE_H
#define ALLOCHECK_ENUMERATE_PRIVATE_H

#include "allocheck/enumerate.h"

/* The value of an operand in a scope, with the same page size on all machines. */
uint64_t ac_scope_value(const struct ac_scope *scope, struct ac_operand operand);

/* Adds the ops of a scope that a target offers. */
void ac_enumerate_ops(struct ac_enumeration *enumeration, const struct ac_scope *scope,
                      const struct ac_target *target);

#endif
