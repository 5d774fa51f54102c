// SPDX-License-Identifier: MIT
// Members of JSON objects that cJSON cannot add: any text, and integers that a double would round.
#ifndef ALLOCHECK_RESULTS_JSON_MEMBERS_H
#define ALLOCHECK_RESULTS_JSON_MEMBERS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Add a text as valid UTF-8 (NULL: adds nothing), or an exact number. Return the new member, or
 * NULL. */
cJSON *json_add_text(cJSON *object, const char *name, const char *text);
cJSON *json_append_text(cJSON *array, const char *text);
cJSON *json_add_number(cJSON *object, const char *name, uint64_t value);

/* Prints an object and a newline, then deletes the object. False: out of memory, nothing printed.
 */
bool json_put(cJSON *object, FILE *to);

/* The same as a string, which the caller frees. NULL: out of memory. */
char *json_text(cJSON *object);

#endif
