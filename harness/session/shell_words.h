// SPDX-License-Identifier: MIT
// The words of a command, and the command as a shell reads it.
#ifndef ALLOCHECK_SESSION_SHELL_WORDS_H
#define ALLOCHECK_SESSION_SHELL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum { MOST_WORDS = 24 };

/* Starts all zero. */
struct words {
    char *at[MOST_WORDS + 1]; /* NULL ends the list */
    size_t count;
    bool failed; /* out of memory */
    bool kept;   /* in a file: paths are absolute */
};

void words_add(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds a path, as it is shown or kept. */
void words_add_path(struct words *words, const char *path);

/* The same for a file in a folder. */
void words_add_inside(struct words *words, const char *folder, const char *file);

/* The same for a shared object, which must not look like a name. */
void words_add_library(struct words *words, const char *path);

void words_free(struct words *words);

/* The tool's name and words, quoted for the shell. Frees the name. The caller frees the result.
 * NULL: out of memory, or `tool` is NULL. */
char *words_command(char *tool, char *const *words);

#endif
