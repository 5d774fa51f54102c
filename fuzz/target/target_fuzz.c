// SPDX-License-Identifier: MIT
// Does the allocator that ALLOCHECK_ALLOCATOR names keep its guarantees, whatever program runs on
// it? It need not carry any instrumentation: its behaviour is what guides the engine.
#include "engine.h"
#include "engine_counters.h"
#include "engine_programs.h"
#include "target.h"

#include "allocheck/target.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_BYTES = 4096 };

static const struct ac_allocator *target;
static char command[MOST_BYTES]; /* that runs an input again */

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    char error[AC_LIBRARY_ERROR];
    const char *name = getenv("ALLOCHECK_ALLOCATOR");
    (void)argc;
    (void)argv;
    if (name == NULL || name[0] == '\0') {
        fprintf(stderr, "ALLOCHECK_ALLOCATOR: expected the name of the allocator to test\n");
        exit(2);
    }
    target = target_load(name, error, sizeof error);
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
