// SPDX-License-Identifier: MIT
// AFL++ ignores writes beyond the ids of its map, so this file reserves an id for each cell, as
// if it had that many edges. It must not be instrumented: instrumented code cannot name the map.
#include "engine_behaviour.h"

#include <stdio.h>
#include <stdlib.h>

/* Symbols of the AFL++ runtime (afl-compiler-rt). */
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
