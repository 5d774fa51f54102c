// SPDX-License-Identifier: MIT
#include "engine.h"
#include "engine_counters.h"

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    counters_open();
    return 0;
}
