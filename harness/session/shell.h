// SPDX-License-Identifier: MIT
// Shell commands that reproduce a result.
#ifndef ALLOCHECK_SESSION_SHELL_H
#define ALLOCHECK_SESSION_SHELL_H

#include "session.h"

/* Runs one input as this session does, from the current folder. The caller frees it. NULL: out of
 * memory. */
char *shell_run_command(const struct session *session, const struct input *input);

/* Programs of an engine: of a random seed, from `first' on. */
struct shell_programs {
    const char *engine;
    uint64_t seed, first, count;
};

/* Runs them in one `allocheck fuzz' with the options of a session. */
char *shell_fuzz_command(const struct session *session, const struct shell_programs *programs);

/* Runs `allocheck compare' of two allocators on one input. */
char *shell_compare_command(const struct ac_target *first, const struct ac_target *second,
                            ac_oracle_set oracles, uint64_t memory, const struct input *input);

/* --- commands that are kept beside their program, to be run in its folder --- */

/* The words of shell_run_command() after the tool's name. `files` are the programs, names in .ops
 * without a folder, up to a NULL; other paths are absolute. NULL ends the list. NULL: out of
 * memory.
 */
char **shell_kept_words(const struct session *session, const char *const *files);
void shell_free_words(char **words);

/* The command of such words, quoted for the shell. The caller frees it. NULL: out of memory. */
char *shell_kept_command(char *const *words);

/* The same for the current folder, if the program is in `folder'. */
char *shell_moved_command(char *const *words, const char *folder);

#endif
