// SPDX-License-Identifier: MIT
// Observable behaviour as feedback for fuzzing engines: it guides the fuzzing of allocators that
// carry no instrumentation.
#ifndef ALLOCHECK_BEHAVIOUR_H
#define ALLOCHECK_BEHAVIOUR_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Cells of one map, each 0 or, once seen, 1. A cell stands for how one answer looked from outside
 * (the request; granted or the reason for the refusal; page requests; live blocks; where the block
 * lies relative to the last allocated and the last freed one; moved or in place; extra usable
 * size), or for two such answers in a row. No cell depends on absolute addresses. Cell 0: a program
 * ran. */
enum { AC_BEHAVIOUR_CELLS = 8192 };

/* Marks the cells of `map' in `seen' (AC_BEHAVIOUR_CELLS each; `seen' starts as zeros). Returns the
 * number of cells that are new. `map' does not change. */
size_t ac_behaviour_mark(uint8_t *seen, const uint8_t *map);

/* Returns the number of cells in `seen': the distinct behaviours so far. */
size_t ac_behaviour_count(const uint8_t *seen);

#ifdef __cplusplus
}
#endif
#endif
