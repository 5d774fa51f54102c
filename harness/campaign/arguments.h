// SPDX-License-Identifier: MIT
// A list of strings: a command line, or an environment.
#ifndef ALLOCHECK_CAMPAIGN_ARGUMENTS_H
#define ALLOCHECK_CAMPAIGN_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

/* Starts all zero. */
struct arguments {
    char **at; /* ends with NULL */
    size_t count;
    bool failed; /* out of memory */
};

void arguments_add(struct arguments *arguments, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void arguments_free(struct arguments *arguments);

#endif
