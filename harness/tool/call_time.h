// SPDX-License-Identifier: MIT
// The option --call-time of every command that runs programs.
#ifndef ALLOCHECK_TOOL_CALL_TIME_H
#define ALLOCHECK_TOOL_CALL_TIME_H

#include <argp.h>

/* Parses --call-time into a double, the CPU seconds of a call, as a child of a command's argp. Not
 * given: it stays as it is; 0 is the default of children. */
extern const struct argp call_time_argp;

#endif
