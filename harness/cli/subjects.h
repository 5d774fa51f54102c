// SPDX-License-Identifier: MIT
// Several allocators as the user names them.
#ifndef ALLOCHECK_CLI_SUBJECTS_H
#define ALLOCHECK_CLI_SUBJECTS_H

#include "allocheck/subject.h"

#include <argp.h>

enum { SUBJECTS = 64 }; /* at most, in one command */

struct subjects {
    struct ac_subject of[SUBJECTS];
    size_t count;
};

/* Adds the allocator of a name. One that is unknown, or of the name of another, ends the program
 * with a usage error. */
void subjects_add(struct subjects *subjects, struct argp_state *state, const char *name);

#endif
