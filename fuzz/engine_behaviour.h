// SPDX-License-Identifier: MIT
// Behaviours of the allocator under test (allocheck/behaviour.h) as coverage of the engine.
#ifndef FUZZ_ENGINE_BEHAVIOUR_H
#define FUZZ_ENGINE_BEHAVIOUR_H

#include "allocheck/behaviour.h"

#include <stdint.h>

/* The map that programs run with, the same at each call; NULL: nobody wants to know. The engine
 * sees it unless ALLOCHECK_BEHAVIOUR is `off` in the environment. */
uint8_t *behaviour_map(void);

/* After each program: marks what the map holds in the file of AC_BEHAVIOUR_CELLS bytes that
 * ALLOCHECK_SEEN names, where it names one. Processes may share it; it is made where it is not
 * there. */
void behaviour_done(void);

/* AC_BEHAVIOUR_CELLS bytes that the engine takes as coverage of the input that runs, and clears
 * before the next; NULL: it takes none. One for each engine: behaviour_*.c. */
uint8_t *behaviour_cells(void);

#endif
