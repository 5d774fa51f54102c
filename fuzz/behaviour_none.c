// SPDX-License-Identifier: MIT
#include "engine_behaviour.h"

#include <stddef.h>

uint8_t *behaviour_cells(void) {
    return NULL; /* the edges of instrumented code guide better, replaying needs no guidance */
}
