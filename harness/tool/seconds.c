// SPDX-License-Identifier: MIT
#include "tool.h"

#include <errno.h>
#include <stdlib.h>

double tool_seconds(struct argp_state *state, const char *option, const char *text) {
    char *end;
    errno = 0;
    double seconds = strtod(text, &end);
    if (end == text || *end != '\0' || errno != 0 || !(seconds > 0 && seconds <= 1e9)) {
        argp_error(state, "%s: expected seconds above 0, not '%s'", option, text);
    }
    return seconds;
}

uint32_t tool_call_ms(double seconds) {
    double ms = seconds * 1000 + 0.999;
    return ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
}
