// SPDX-License-Identifier: MIT
// Does an allocator keep its guarantees, whatever program runs on it? The build says which one
// (ALLOCHECK_ALLOCATOR), what runs an input on it again (ALLOCHECK_COMMAND), and whether programs
// are run as races (ALLOCHECK_RACES).
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
