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

/* The name in quotes, as a shell reads it. */
static void set_command(const char *name) {
    size_t length = (size_t)snprintf(command, sizeof command, "allocheck run --allocator '");
    for (; *name != '\0' && length + sizeof "'\\''" < sizeof command; name++) {
        const char plain[] = {*name, '\0'};
        length += (size_t)snprintf(command + length, sizeof command - length, "%s",
                                   *name == '\'' ? "'\\''" : plain);
    }
    snprintf(command + length, sizeof command - length, "'");
}

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
    set_command(name);
    counters_open();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    return engine_program(target, command, bytes, size);
}
