// SPDX-License-Identifier: MIT
// The command line of `allocheck run`.
#ifndef ALLOCHECK_CLI_RUN_OPTIONS_H
#define ALLOCHECK_CLI_RUN_OPTIONS_H

#include "session/session.h"

/* Usage errors exit. */
void run_parse(struct session *session, int argc, char **argv);

#endif
