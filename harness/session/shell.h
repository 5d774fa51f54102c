// SPDX-License-Identifier: MIT
// Commands to be copied into a shell.
#ifndef ALLOCHECK_CLI_SHELL_H
#define ALLOCHECK_CLI_SHELL_H

#include "session.h"

/* The command that runs one input again as this session does; to be freed. NULL: out of memory. */
char *shell_run_command(const struct session *session, const struct input *input);

/* The same for `allocheck compare' of two. */
char *shell_compare_command(const struct ac_target *first, const struct ac_target *second,
                            ac_oracle_set oracles, uint64_t memory, const struct input *input);

#endif
