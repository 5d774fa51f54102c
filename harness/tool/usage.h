// SPDX-License-Identifier: MIT
// Values of options, and usage errors that read the same in every command. A usage error prints
// `allocheck COMMAND: ...` and how to get help, and exits with STATUS_ERROR.
#ifndef ALLOCHECK_TOOL_USAGE_H
#define ALLOCHECK_TOOL_USAGE_H

#include "allocheck/oracle.h"

#include <argp.h>
#include <stdint.h>

/* --- usage errors --- */

/* `unexpected argument 'x'`. */
error_t usage_unexpected(const struct argp_state *state, const char *argument);

/* `missing INPUT`. */
error_t usage_missing(const struct argp_state *state, const char *what);

/* `--rounds needs --race`; `options` is one option, or two with `and`. */
error_t usage_needs(const struct argp_state *state, const char *options, const char *needed);

/* `--inline and --race are mutually exclusive`. */
error_t usage_exclusive(const struct argp_state *state, const char *left, const char *right);

/* `unknown engine 'x'; expected random, exhaustive, ...`. `known(i)` is the i-th name, NULL after
 * the last. */
error_t usage_unknown(const struct argp_state *state, const char *kind, const char *name,
                      const char *(*known)(size_t index));

/* --- values; a wrong one is a usage error --- */

/* A whole number from `least` to `most`; UINT64_MAX: no upper limit. */
uint64_t option_number(const struct argp_state *state, const char *option, const char *text,
                       uint64_t least, uint64_t most);

/* A positive number of seconds, at most 1e9. */
double option_seconds(const struct argp_state *state, const char *option, const char *text);

/* Processes in parallel, of --jobs: 1 to 256. */
unsigned option_jobs(const struct argp_state *state, const char *text);

/* Seconds in milliseconds, rounded up, for struct ac_child_options; 0 stays 0. */
uint32_t option_call_ms(double seconds);

/* Bytes of --memory: 64M to 1T, with an optional K, M, G or T. */
uint64_t option_memory(const struct argp_state *state, const char *text);

/* Bytes of --max-input: 1K to 1T, likewise. */
uint64_t option_max_input(const struct argp_state *state, const char *text);

/* A set of oracles: comma-separated ids. `-` before an id excludes it; a list that starts with an
 * excluded id starts from all oracles, any other from none. */
ac_oracle_set option_oracles(const struct argp_state *state, const char *list);

/* The name of a file or folder (`kind`), which must not be empty. */
const char *option_name(const struct argp_state *state, const char *option, const char *kind,
                        const char *text);

/* The value of --prefix: the beginning of a C identifier. */
const char *option_prefix(const struct argp_state *state, const char *text);

#endif
