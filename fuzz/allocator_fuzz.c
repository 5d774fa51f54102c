// SPDX-License-Identifier: MIT
// Does an allocator keep its guarantees on every program? The build names the allocator
// (ALLOCHECK_ALLOCATOR) and the command that reproduces an input (ALLOCHECK_COMMAND), and
// chooses race runs (ALLOCHECK_RACES).
#include "engine.h"
#include "engine_programs.h"

extern const struct ac_allocator ALLOCHECK_ALLOCATOR;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
#ifdef ALLOCHECK_RACES
    return engine_race(&ALLOCHECK_ALLOCATOR, ALLOCHECK_COMMAND, bytes, size);
#else
    return engine_program(&ALLOCHECK_ALLOCATOR, ALLOCHECK_COMMAND, bytes, size);
#endif
}
