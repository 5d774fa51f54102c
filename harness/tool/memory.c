// SPDX-License-Identifier: MIT
#include "tool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t least = UINT64_C(64) << 20, most = UINT64_C(1) << 40;

/* How far a number is shifted by the letter after it; -1: there is another word. */
static int shift_of(const char *unit) {
    static const char letters[] = "KMGT";
    if (unit[0] == '\0') {
        return 0;
    }
    const char *at = strchr(letters, unit[0]);
    return at != NULL && unit[1] == '\0' ? 10 * (int)(at - letters + 1) : -1;
}

uint64_t tool_memory(struct argp_state *state, const char *text) {
    char *unit;
    errno = 0;
    uint64_t number = strtoull(text, &unit, 10);
    int shift = shift_of(unit);
    bool fits = text[0] >= '0' && text[0] <= '9' && errno == 0 && shift >= 0 &&
                number <= most >> shift && number << shift >= least;
    if (!fits) {
        argp_error(state,
                   "--memory: expected bytes from 64M to 1T, as a number with K, M, G or T "
                   "after it, not '%s'",
                   text);
    }
    return number << (fits ? shift : 0);
}
