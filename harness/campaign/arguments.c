// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* vasprintf */
#include "arguments.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void arguments_add(struct arguments *arguments, const char *format, ...) {
    char **at = realloc(arguments->at, (arguments->count + 2) * sizeof *at);
    char *text = NULL;
    va_list values;
    va_start(values, format);
    if (vasprintf(&text, format, values) < 0)
        text = NULL;
    va_end(values);
    if (at != NULL) {
        arguments->at = at;
        at[arguments->count] = text;
        at[arguments->count + 1] = NULL;
        arguments->count += text != NULL;
    } else {
        free(text);
    }
    arguments->failed |= at == NULL || text == NULL;
}

void arguments_free(struct arguments *arguments) {
    for (size_t i = 0; i < arguments->count; i++)
        free(arguments->at[i]);
    free(arguments->at);
}
