// SPDX-License-Identifier: MIT
// Identifies the file that holds the allocator.
#define _GNU_SOURCE /* realpath */
#include "finding.h"

#include <stdlib.h>

/* A built-in allocator is part of the tool itself. */
void setup_open(struct setup *setup) {
    const struct ac_library *library = setup->target->library;
    setup->file = realpath(library != NULL ? library->path : "/proc/self/exe", NULL);
    setup->hash[0] = '\0';
    if (setup->file != NULL && !sha256_of_file(setup->file, setup->hash))
        setup->hash[0] = '\0';
}

void setup_close(struct setup *setup) {
    free(setup->file);
    setup->file = NULL;
}
