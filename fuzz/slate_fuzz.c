// SPDX-License-Identifier: MIT
// Does slate keep its promises, whatever program runs on it?
#include "engine.h"
#include "engine_programs.h"
#include "slate_adapter.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    return engine_program(&ac_slate, bytes, size);
}
