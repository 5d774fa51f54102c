// SPDX-License-Identifier: MIT
// Does the allocator that ALLOCHECK_ALLOCATOR names keep its guarantees on every program? It
// needs no instrumentation: its behaviour guides the engine.
#include "engine.h"
#include "engine_counters.h"
#include "engine_programs.h"
#include "load_allocator.h"

#include "allocheck/target.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_BYTES = 4096 };

static const struct ac_allocator *target;
static char command[MAX_BYTES]; /* reproduces an input */

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    char error[AC_LIBRARY_ERROR];
    const char *name = getenv("ALLOCHECK_ALLOCATOR");
    (void)argc;
    (void)argv;
    if (name == NULL || name[0] == '\0') {
        fprintf(stderr, "ALLOCHECK_ALLOCATOR: not set; name the allocator to test\n");
        exit(2);
    }
    target = load_allocator(name, error, sizeof error);
    if (target == NULL) {
        fprintf(stderr, "%s: %s\n", name, error);
        exit(2);
    }
    snprintf(command, sizeof command, "allocheck run --allocator %s", name);
    counters_open();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    return engine_program(target, command, bytes, size);
}
