// SPDX-License-Identifier: MIT
// Words of a command that people copy into a shell.
#ifndef ALLOCHECK_TOOL_SHELL_WORD_H
#define ALLOCHECK_TOOL_SHELL_WORD_H

#include <stdio.h>

/* Writes a word, in quotes if the shell would not take it as it is. */
void shell_put_word(FILE *to, const char *word);

/* Writes one word of two parts. */
void shell_put_name(FILE *to, const char *name, const char *suffix);

#endif
