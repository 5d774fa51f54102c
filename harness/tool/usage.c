// SPDX-License-Identifier: MIT
#include "usage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { KNOWN_NAMES = 2048 };

error_t usage_unexpected(const struct argp_state *state, const char *argument) {
    argp_error(state, "unexpected argument '%s'", argument);
    return EINVAL;
}

error_t usage_missing(const struct argp_state *state, const char *what) {
    argp_error(state, "missing %s", what);
    return EINVAL;
}

error_t usage_needs(const struct argp_state *state, const char *options, const char *needed) {
    argp_error(state, "%s need%s %s", options, strstr(options, " and ") != NULL ? "" : "s", needed);
    return EINVAL;
}

error_t usage_exclusive(const struct argp_state *state, const char *left, const char *right) {
    argp_error(state, "%s and %s are mutually exclusive", left, right);
    return EINVAL;
}

error_t usage_unknown(const struct argp_state *state, const char *kind, const char *name,
                      const char *(*known)(size_t index)) {
    char list[KNOWN_NAMES] = "";
    const char *each;
    size_t length = 0;
    for (size_t i = 0; (each = known(i)) != NULL && length < sizeof list; i++) {
        length +=
            (size_t)snprintf(list + length, sizeof list - length, "%s%s", i > 0 ? ", " : "", each);
    }
    argp_error(state, "unknown %s '%s'; expected %s", kind, name, list);
    return EINVAL;
}
