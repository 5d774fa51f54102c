// SPDX-License-Identifier: MIT
// The saved findings that a command has found.
#ifndef ALLOCHECK_FINDINGS_FOUND_H
#define ALLOCHECK_FINDINGS_FOUND_H

#include "results/saved_finding.h"

/* Starts all zero. */
struct found {
    struct saved_finding *at;
    size_t count, capacity;
    size_t troubles; /* messages printed */
};

/* Appends the finding of a folder. A file that cannot be read is a trouble. */
void found_add(struct found *found, const char *folder);
void found_close(struct found *found);

#endif
