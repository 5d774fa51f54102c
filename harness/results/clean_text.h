// SPDX-License-Identifier: MIT
// Text of unknown origin (names of files, what a process wrote) as valid UTF-8.
#ifndef ALLOCHECK_RESULTS_CLEAN_TEXT_H
#define ALLOCHECK_RESULTS_CLEAN_TEXT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Bytes of the character that starts at `text` (zero-terminated): 1 to 4, or 0 where none that JSON
 * and XML both can hold does: broken UTF-8, and control characters other than tab and newline. */
size_t clean_length(const char *text);

/* Writes text, each byte that starts no such character as \xNN. */
void clean_put(FILE *to, const char *text);

/* The same as a new string, to be freed. NULL: out of memory. */
char *clean_copy(const char *text);

/* Members of an object: a text, cleaned (NULL: none is added); a number in full, which a double may
 * not hold. What is added, or NULL. */
cJSON *json_add_text(cJSON *object, const char *name, const char *text);
cJSON *json_add_number(cJSON *object, const char *name, uint64_t value);

/* Prints an object, a newline after it, and deletes it. False: out of memory, nothing was
 * printed. */
bool json_put(cJSON *object, FILE *to);

/* The same as a string, to be freed. NULL: out of memory. */
char *json_text(cJSON *object);

#endif
