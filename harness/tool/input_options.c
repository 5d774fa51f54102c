// SPDX-License-Identifier: MIT
#include "input.h"

#include "usage.h"

enum { KEY_TEXT = 0x7101, KEY_BYTES, KEY_MOST, GROUP = 5 }; /* keys above those of any command */

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Inputs:", GROUP},
    {"text", KEY_TEXT, NULL, 0,
     "Inputs are text, whatever their names (default: files in .ops are text; all others, and "
     "standard input, bytes)",
     GROUP},
    {"bytes", KEY_BYTES, NULL, 0,
     "Inputs are bytes, whatever their names and contents (default: a file that looks like a text "
     "is refused)",
     GROUP},
    {"max-input", KEY_MOST, "SIZE", 0, "Refuse inputs larger than SIZE, 1K to 1T (default: 16M)",
     GROUP},
    {NULL, 0, NULL, 0, NULL, 0},
};

static void take_form(struct argp_state *state, struct input_options *inputs,
                      enum input_form form) {
    if (inputs->form != INPUT_BY_NAME && inputs->form != form)
        usage_exclusive(state, "--text", "--bytes");
    inputs->form = form;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct input_options *inputs = state->input;
    switch (key) {
    case KEY_TEXT:
        take_form(state, inputs, INPUT_TEXT);
        return 0;
    case KEY_BYTES:
        take_form(state, inputs, INPUT_BYTES);
        return 0;
    case KEY_MOST:
        inputs->most_bytes = option_max_input(state, argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp input_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};
