// SPDX-License-Identifier: MIT
// What the commands of `allocheck` have in common.
#ifndef ALLOCHECK_TOOL_H
#define ALLOCHECK_TOOL_H

#include "allocheck/oracle.h"

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exit statuses of every command; where several apply, the first in this order after success. */
enum {
    STATUS_CLEAN = 0,
    STATUS_FINDING = 1,
    STATUS_ERROR = 2,   /* usage, unreadable input, unwritable output, or nothing run */
    STATUS_TIMEOUT = 3, /* the user's --timeout was over */
};

/* Called first in main: usage errors end with STATUS_ERROR, and children tell how they ended. */
void tool_begin(void);

/* Called last in main: the exit status, or STATUS_ERROR where standard output could not be written.
 */
int tool_end(int status);

/* The path of a file that belongs to this tool: beside it, or in ../libexec of its folder where it
 * is installed; to be freed. NULL: nowhere. */
char *tool_install_path(const char *name);

/* Prints `allocheck: ...` and a newline to standard error. Returns STATUS_ERROR. */
int tool_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The oracles that --oracles lists; an unknown one ends the program with a usage error. */
ac_oracle_set tool_oracles(struct argp_state *state, const char *list);

/* The seconds of an option such as `--timeout`, above 0; anything else ends the program with a
 * usage error. */
double tool_seconds(struct argp_state *state, const char *option, const char *text);

/* The same in milliseconds, for ac_child_options; 0 stays 0. */
uint32_t tool_call_ms(double seconds);

/* The whole number of an option such as `--jobs`, from `least` to `most` (UINT64_MAX: no end);
 * anything else ends the program with a usage error. */
uint64_t tool_number(struct argp_state *state, const char *option, const char *text, uint64_t least,
                     uint64_t most);

/* The bytes of --memory, 64 MiB to 1 TiB; anything else ends the program with a usage error. */
uint64_t tool_memory(struct argp_state *state, const char *text);

#endif
