// SPDX-License-Identifier: MIT
#include "engine_behaviour.h"

/* libFuzzer looks for the section of this name. */
__attribute__((used,
               section("__libfuzzer_extra_counters"))) static uint8_t cells[AC_BEHAVIOUR_CELLS];

uint8_t *behaviour_cells(void) {
    return cells;
}
