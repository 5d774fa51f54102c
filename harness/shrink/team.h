// SPDX-License-Identifier: MIT
// Processes that check candidates at the same time.
#ifndef ALLOCHECK_SHRINK_TEAM_H
#define ALLOCHECK_SHRINK_TEAM_H

#include "check.h"

struct team;

/* Starts `check->task->jobs' processes (one: candidates run in children of this one). `most_ops' is
 * of the longest candidate. NULL: no memory, or no process. */
struct team *team_new(const struct check *check, size_t most_ops);
/* Whatever still runs is ended. */
void team_delete(struct team *team);

/* As the `check' of ac_shrink_options. `goes_on' is asked many times a second; where it says no,
 * and where a process is lost, the result is above `count'. */
size_t team_check(struct team *team, const struct ac_program *const *candidates, size_t count,
                  bool (*goes_on)(void *ctx), void *ctx);

/* True once a process was lost that was not to end. */
bool team_failed(const struct team *team);

#endif
