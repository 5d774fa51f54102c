// SPDX-License-Identifier: MIT
// Size-class boundaries, learned from an allocator by asking it.
#ifndef ALLOCHECK_BOUNDARIES_H
#define ALLOCHECK_BOUNDARIES_H

#include "allocator.h"
#include "generate.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills `boundaries` with the largest sizes of an allocator's classes, where its usable size jumps,
 * on an instance of its own (the process's heap, where it has no instances). Stays empty where the
 * usable size is not offered or is always the size asked for. The allocator is called in this
 * process, and is trusted not to crash. */
void ac_learn_boundaries(const struct ac_allocator *allocator, struct ac_boundaries *boundaries);

/* The same on a heap that is there already (NULL: the process's); the usable size must be offered.
 */
void ac_learn_boundaries_on(const struct ac_allocator *allocator, void *heap,
                            struct ac_boundaries *boundaries);

#ifdef __cplusplus
}
#endif
#endif
