// SPDX-License-Identifier: MIT
// Several allocators as the user names them.
#ifndef ALLOCHECK_CLI_TARGETS_H
#define ALLOCHECK_CLI_TARGETS_H

#include "allocheck/target.h"

#include <argp.h>

enum { MOST_TARGETS = 64 }; /* at most, in one command */

struct targets {
    struct ac_target of[MOST_TARGETS];
    size_t count;
};

/* Adds the allocator of a name. One that is unknown, or of the name of another, ends the program
 * with a usage error. */
void targets_add(struct targets *targets, struct argp_state *state, const char *name);

#endif
