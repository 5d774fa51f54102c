// SPDX-License-Identifier: MIT
#include "session.h"

#include "tool/call_time.h"
#include "tool/tool.h"
#include "tool/usage.h"

enum { KEY_TIMEOUT = 256, KEY_INLINE };

static const struct argp_option options[] = {
    {"inline", KEY_INLINE, NULL, 0,
     "Run each program once, without the oracles that need several runs", 0},
    {"timeout", KEY_TIMEOUT, "SECONDS", 0, "Stop all programs after SECONDS (default: no limit)",
     0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct session *session = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &session->inputs;
        state->child_inputs[1] = &session->target_options;
        state->child_inputs[2] = &session->call_time;
        return 0;
    case KEY_TIMEOUT:
        session->timeout = option_seconds(state, "--timeout", argument);
        return 0;
    case KEY_INLINE:
        session->inline_only = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&input_argp, 0, NULL, 0},
                                             {&target_argp, 0, NULL, 0},
                                             {&call_time_argp, 0, NULL, 0},
                                             {NULL, 0, NULL, 0}};
const struct argp session_argp = {options, parse, NULL, NULL, children, NULL, NULL};
