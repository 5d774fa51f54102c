// SPDX-License-Identifier: MIT
// Shell commands that reproduce a result.
#ifndef ALLOCHECK_SESSION_SHELL_H
#define ALLOCHECK_SESSION_SHELL_H

#include "session.h"

/* Runs one input as this session does. The caller frees it. NULL: out of memory. */
char *shell_run_command(const struct session *session, const struct input *input);

/* Runs `allocheck compare' of two allocators on one input. */
char *shell_compare_command(const struct ac_target *first, const struct ac_target *second,
                            ac_oracle_set oracles, uint64_t memory, const struct input *input);

#endif
