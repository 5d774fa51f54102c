// SPDX-License-Identifier: MIT
// What the commands of `allocheck` have in common.
#ifndef ALLOCHECK_CLI_H
#define ALLOCHECK_CLI_H

#include "allocheck/oracle.h"

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exit statuses of every command; where several apply, the first in this order after success. */
enum {
    CLI_CLEAN = 0,
    CLI_FINDING = 1,
    CLI_TROUBLE = 2, /* usage, unreadable input, unwritable output, or nothing run */
    CLI_TIMEOUT = 3, /* the user's --timeout was over */
};

/* A command: argv[0] is `allocheck NAME`, or what runs this one command. Returns an exit status. */
int ac_cmd_run(int argc, char **argv);
int ac_cmd_explain(int argc, char **argv);
int ac_cmd_show(int argc, char **argv);
int ac_cmd_encode(int argc, char **argv);
int ac_cmd_export(int argc, char **argv);
int ac_cmd_import(int argc, char **argv);
int ac_cmd_list(int argc, char **argv);
int ac_cmd_record(int argc, char **argv);
int ac_cmd_matrix(int argc, char **argv);
int ac_cmd_profile(int argc, char **argv);
int ac_cmd_compare(int argc, char **argv);
int ac_cmd_scorecard(int argc, char **argv);
int ac_cmd_fuzz(int argc, char **argv);
int ac_cmd_findings(int argc, char **argv);
int ac_cmd_report(int argc, char **argv);
int ac_cmd_shrink(int argc, char **argv);
int ac_cmd_sweep(int argc, char **argv);

/* Called first in main: usage errors end with CLI_TROUBLE, and children tell how they ended. */
void cli_begin(void);

/* Called last in main: the exit status, or CLI_TROUBLE where standard output could not be written.
 */
int cli_end(int status);

/* The path of a file that belongs to this tool: beside it, or in ../libexec of its folder where it
 * is installed; to be freed. NULL: nowhere. */
char *cli_find(const char *name);

/* Prints `allocheck: ...` and a newline to standard error. Returns CLI_TROUBLE. */
int cli_trouble(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The oracles that --oracles lists; an unknown one ends the program with a usage error. */
ac_oracle_set cli_oracles(struct argp_state *state, const char *list);

/* The seconds of an option such as `--timeout`, above 0; anything else ends the program with a
 * usage error. */
double cli_seconds(struct argp_state *state, const char *option, const char *text);

/* The same in milliseconds, for ac_child_options; 0 stays 0. */
uint32_t cli_call_ms(double seconds);

/* The whole number of an option such as `--jobs`, from `least` to `most` (UINT64_MAX: no end);
 * anything else ends the program with a usage error. */
uint64_t cli_number(struct argp_state *state, const char *option, const char *text, uint64_t least,
                    uint64_t most);

/* The bytes of --memory, 64 MiB to 1 TiB; anything else ends the program with a usage error. */
uint64_t cli_memory(struct argp_state *state, const char *text);

#endif
