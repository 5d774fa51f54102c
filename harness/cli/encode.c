// SPDX-License-Identifier: MIT
// `allocheck encode`: text to bytes.
#include "commands.h"

#include "tool/tool.h"
#include "tool/usage.h"
#include "tool/input.h"
#include "tool/output.h"

#include <errno.h>
#include <stdlib.h>

static const struct argp_option options[] = {
    {"output", 'o', "FILE", 0, "Write to FILE, whole or not at all (default: standard output)", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Turns the text of a program into bytes, the form that fuzzing engines read.\v"
    "FILE is a text whatever its name ends in; - is standard input. The bytes name slots below "
    "p4096 only.";

struct encode {
    const char *from, *to;
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct encode *encode = state->input;
    switch (key) {
    case 'o':
        encode->to = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (encode->from != NULL) {
            return usage_unexpected(state, argument);
        }
        encode->from = argument;
        return 0;
    case ARGP_KEY_NO_ARGS:
        return usage_missing(state, "FILE");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int write_bytes(const struct input *input, const char *to) {
    size_t bad_op = 0, size = ac_encode(&input->program, NULL, 0, &bad_op);
    if (size == 0) {
        return tool_error("%s:%zu:1: expected slots below p%d, the byte form has no others",
                          input->name, input_line_of_op(input, bad_op), AC_SLOTS_IN_BYTES);
    }
    uint8_t *bytes = malloc(size);
    if (bytes == NULL) {
        return tool_out_of_memory();
    }
    ac_encode(&input->program, bytes, size, NULL);
    bool done = output_write(to, bytes, size);
    free(bytes);
    return done ? STATUS_CLEAN : STATUS_ERROR;
}

int ac_cmd_encode(int argc, char **argv) {
    struct encode encode = {NULL, NULL};
    struct input input;
    const struct argp argp = {options, parse, "FILE", doc, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &encode);
    if (!input_open(&input, encode.from, INPUT_TEXT)) {
        return STATUS_ERROR;
    }
    int status = write_bytes(&input, encode.to);
    input_close(&input);
    return status;
}
