// SPDX-License-Identifier: MIT
// Text of unknown origin (file names, output of a process) as UTF-8 that JSON and XML can hold.
#ifndef ALLOCHECK_RESULTS_UTF8_H
#define ALLOCHECK_RESULTS_UTF8_H

#include <stddef.h>
#include <stdio.h>

/* Bytes, 1 to 4, of the character at the start of a string; 0: broken UTF-8, or a control character
 * other than tab and newline. */
size_t utf8_length(const char *text);

/* Writes text, with \xNN for each byte that starts no valid character. */
void utf8_put(FILE *to, const char *text);

/* The same as a new string, which the caller frees. NULL: out of memory. */
char *utf8_copy(const char *text);

#endif
