// SPDX-License-Identifier: MIT
// Size-class boundaries, measured on an allocator.
#ifndef ALLOCHECK_BOUNDARIES_H
#define ALLOCHECK_BOUNDARIES_H

#include "allocator.h"
#include "generate.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Fills `boundaries` with the largest size of each size class: where the usable size jumps. Opens
 * an instance for it, or uses the process's heap if there are no instances. Finds none if the
 * usable size is not offered or always the requested one. Calls the allocator in this process, and
 * trusts it not to crash. */
void ac_learn_boundaries(const struct ac_allocator *allocator, struct ac_boundaries *boundaries);

/* The same on an open heap (NULL: the process's); the usable size must be offered. */
void ac_learn_boundaries_on(const struct ac_allocator *allocator, void *heap,
                            struct ac_boundaries *boundaries);

#ifdef __cplusplus
}
#endif
#endif
