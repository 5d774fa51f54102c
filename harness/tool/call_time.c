// SPDX-License-Identifier: MIT
#include "call_time.h"

#include "usage.h"

enum { KEY_CALL_TIME = 0x7301 }; /* above the keys of any command */

static const struct argp_option options[] = {
    {"call-time", KEY_CALL_TIME, "SECONDS", 0,
     "CPU time limit of a call, plus 5 s for each GiB that it may copy or clear (default: 5)", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    double *const seconds = state->input;
    if (key != KEY_CALL_TIME)
        return ARGP_ERR_UNKNOWN;
    *seconds = option_seconds(state, "--call-time", argument);
    return 0;
}

const struct argp call_time_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};
