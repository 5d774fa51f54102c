// SPDX-License-Identifier: MIT
// AFL++ ignores what is written past the ids of its map: one is reserved for each cell, as if this
// file had so many edges. It has none: where the map lies is not to be known in instrumented code.
#include "engine_behaviour.h"

#include <stdio.h>
#include <stdlib.h>

/* The runtime's own names (afl-compiler-rt). */
extern unsigned char *__afl_area_ptr;
extern void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop);

static uint32_t ids[AC_BEHAVIOUR_CELLS];

__attribute__((constructor)) static void reserve(void) {
    __sanitizer_cov_trace_pc_guard_init(ids, ids + AC_BEHAVIOUR_CELLS);
}

uint8_t *behaviour_cells(void) {
    if (ids[AC_BEHAVIOUR_CELLS - 1] - ids[0] != AC_BEHAVIOUR_CELLS - 1) {
        fprintf(stderr, "AFL++ left out ids; AFL_INST_RATIO must not be set\n");
        abort();
    }
    return __afl_area_ptr + ids[0];
}
