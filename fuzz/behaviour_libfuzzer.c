// SPDX-License-Identifier: MIT
// Behaviour as extra counters of libFuzzer.
#include "engine_behaviour.h"

/* libFuzzer finds the counters by this section name. */
__attribute__((used,
               section("__libfuzzer_extra_counters"))) static uint8_t cells[AC_BEHAVIOUR_CELLS];

uint8_t *behaviour_cells(void) {
    return cells;
}
