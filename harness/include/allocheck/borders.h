// SPDX-License-Identifier: MIT
// Class borders, learned from an allocator by asking it.
#ifndef ALLOCHECK_BORDERS_H
#define ALLOCHECK_BORDERS_H

#include "allocator.h"
#include "generate.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills `borders` with the largest sizes of an allocator's classes, where its usable size jumps, on
 * an instance of its own (the process's heap, where it has no instances). Stays empty where the
 * usable size is not offered or is always the size asked for. The allocator is called in this
 * process, and is trusted not to crash. */
void ac_learn_borders(const struct ac_allocator *allocator, struct ac_borders *borders);

/* The same on a heap that is there already (NULL: the process's); the usable size must be offered. */
void ac_learn_borders_on(const struct ac_allocator *allocator, void *heap,
                         struct ac_borders *borders);

#ifdef __cplusplus
}
#endif
#endif
