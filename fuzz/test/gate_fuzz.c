// SPDX-License-Identifier: MIT
// A fuzz target with one finding after three fixed bytes, and one read past the end of "past the
// end".
#include "engine.h"
#include "gate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    if (size == 12 && memcmp(bytes, "past the end", 12) == 0)
        (void)*(const volatile uint8_t *)(bytes + size);
    if (gate_depth(bytes, size) == 3) {
        fprintf(stderr, "the gate is open\n");
        abort();
    }
    return 0;
}
