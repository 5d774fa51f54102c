// SPDX-License-Identifier: MIT
// Does slate keep its promises, whatever program runs on it?
#include "adapters.h"
#include "engine.h"
#include "engine_programs.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    return engine_program(&ac_slate, bytes, size);
}
