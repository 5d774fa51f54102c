// SPDX-License-Identifier: MIT
// The programs that a search took, from the original to its result. If the result turns out not to
// show the finding, an earlier one may.
#ifndef ALLOCHECK_SHRINK_TRAIL_H
#define ALLOCHECK_SHRINK_TRAIL_H

#include "allocheck/program.h"

#include <stdbool.h>
#include <stddef.h>

/* Enough to go back in small steps, and few enough to keep. */
enum { TRAIL_MOST = 64 };

/* Starts as {0}. */
struct trail {
    struct ac_program programs[TRAIL_MOST];
    size_t count, skip; /* of each `skip + 1` programs, one is kept */
    size_t skipped;
};

/* Keeps a copy. When the trail is full, every second program is dropped. A program that no memory
 * is left for is skipped. */
void trail_add(struct trail *trail, const struct ac_program *program);

/* The latest program for which `holds` is true, found by bisection: `holds` is taken to be true up
 * to some program, and false after it. NULL: for none. The trail owns it. */
const struct ac_program *trail_last(const struct trail *trail,
                                    bool (*holds)(void *ctx, const struct ac_program *program),
                                    void *ctx);

/* Leaves it empty. */
void trail_clear(struct trail *trail);

#endif
