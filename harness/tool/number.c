// SPDX-License-Identifier: MIT
#include "tool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

uint64_t tool_number(struct argp_state *state, const char *option, const char *text, uint64_t least,
                     uint64_t most) {
    char *end, range[64];
    errno = 0;
    const unsigned long long number = strtoull(text, &end, 10);
    if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && number >= least &&
        number <= most) {
        return number;
    }
    if (most == UINT64_MAX) {
        snprintf(range, sizeof range, "of at least %llu", (unsigned long long)least);
    } else {
        snprintf(range, sizeof range, "from %llu to %llu", (unsigned long long)least,
                 (unsigned long long)most);
    }
    argp_error(state, "%s: expected a number %s, not '%s'", option, range, text);
    return least;
}
