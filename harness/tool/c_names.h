// SPDX-License-Identifier: MIT
// What C files call: the options --prefix and --interface.
#ifndef ALLOCHECK_TOOL_C_NAMES_H
#define ALLOCHECK_TOOL_C_NAMES_H

#include <argp.h>
#include <stdbool.h>

/* All zero: the names of libc. */
struct c_names {
    const char *prefix; /* of the names; NULL: none */
    bool interface;     /* ac_allocator, even if names suffice */
};

/* Parses them into a struct c_names, as a child of a command's argp. */
extern const struct argp c_names_argp;

#endif
