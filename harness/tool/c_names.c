// SPDX-License-Identifier: MIT
#include "c_names.h"

#include "usage.h"

enum { KEY_PREFIX = 0x7401, KEY_INTERFACE }; /* above the keys of any command */

static const struct argp_option options[] = {
    {"prefix", KEY_PREFIX, "P", 0,
     "C files call functions whose names begin with P: my_ for my_malloc (default: the names of "
     "libc)",
     0},
    {"interface", KEY_INTERFACE, NULL, 0,
     "C files call ac_allocator of allocheck/allocator.h even if the allocator's names would do",
     0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct c_names *names = state->input;
    switch (key) {
    case KEY_PREFIX:
        names->prefix = option_prefix(state, argument);
        return 0;
    case KEY_INTERFACE:
        names->interface = true;
        return 0;
    case ARGP_KEY_END:
        if (names->prefix != NULL && names->interface)
            usage_exclusive(state, "--prefix", "--interface");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp c_names_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};
