// SPDX-License-Identifier: MIT
// Processes that check candidates in parallel.
#ifndef ALLOCHECK_SHRINK_CHECKERS_H
#define ALLOCHECK_SHRINK_CHECKERS_H

#include "predicate.h"

struct checkers;

/* Starts one process per job of the task; with one job, candidates run in children of this process.
 * No candidate has more than `most_ops` ops. NULL: out of memory, or no process can be started. */
struct checkers *checkers_new(const struct predicate *predicate, size_t most_ops);
/* Kills what still runs. */
void checkers_delete(struct checkers *checkers);

/* The `check` of ac_shrink_options. It calls `goes_on` many times a second. If that returns false,
 * or a process is lost, the result is above `count`. */
size_t checkers_check(struct checkers *checkers, const struct ac_program *const *candidates,
                      size_t count, bool (*goes_on)(void *ctx), void *ctx);

/* True once a process was lost. */
bool checkers_failed(const struct checkers *checkers);

#endif
