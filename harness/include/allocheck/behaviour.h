// SPDX-License-Identifier: MIT
// Behaviour that any outsider can see, as feedback for engines: an allocator that carries no
// instrumentation is fuzzed with guidance by it.
#ifndef ALLOCHECK_BEHAVIOUR_H
#define ALLOCHECK_BEHAVIOUR_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Cells of one map, each 0 or, once seen, 1: what one answer looked like from outside (what was
 * asked, granted or refused and why, how many pages were requested for it, how many blocks are
 * live, where the block lies beside the one live before and the one freed last, moved or in place,
 * what usable size adds), or what two answers in a row looked like. No cell depends on where the
 * address space begins. Cell 0: a program ran. */
enum { AC_BEHAVIOUR_CELLS = 8192 };

/* Marks in `seen` what runs left in `map` (both AC_BEHAVIOUR_CELLS long; `seen` starts as zeros).
 * Returns how many cells were never seen before. `map` stays as it is. */
size_t ac_behaviour_mark(uint8_t *seen, const uint8_t *map);

/* How many cells `seen` holds: the distinct behaviours so far. */
size_t ac_behaviour_count(const uint8_t *seen);

#ifdef __cplusplus
}
#endif
#endif
