// SPDX-License-Identifier: MIT
// Behaviours of the allocator under test (allocheck/behaviour.h) as coverage for the engine.
#ifndef FUZZ_ENGINE_BEHAVIOUR_H
#define FUZZ_ENGINE_BEHAVIOUR_H

#include "allocheck/behaviour.h"

#include <stdint.h>

/* The map for all programs; NULL: not needed. The engine sees it unless the environment variable
 * ALLOCHECK_BEHAVIOUR is `off`. */
uint8_t *behaviour_map(void);

/* Call after each program: adds the behaviours in the map to the file that ALLOCHECK_SEEN names, if
 * any. The file has AC_BEHAVIOUR_CELLS bytes, is created if missing, and may be shared by
 * processes. */
void behaviour_done(void);

/* AC_BEHAVIOUR_CELLS bytes that the engine reads as coverage of the current input and clears before
 * the next; NULL: none. Each engine has one in behaviour_*.c. */
uint8_t *behaviour_cells(void);

#endif
