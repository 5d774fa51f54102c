// SPDX-License-Identifier: MIT
#include "convert.h"

#include "tool/tool.h"
#include "tool/output.h"

#include <stdlib.h>

int convert_to_bytes(const struct conversion *conversion, struct input *input) {
    size_t bad_op = 0, size = ac_encode(&input->program, NULL, 0, &bad_op);
    if (size == 0) {
        return tool_error("%s:%zu:1: expected slots below p%d, the byte form has no others",
                          input->name, input_line_of_op(input, bad_op), AC_SLOTS_IN_BYTES);
    }
    uint8_t *bytes = malloc(size);
    if (bytes == NULL)
        return tool_out_of_memory();
    ac_encode(&input->program, bytes, size, NULL);
    bool done = output_write(conversion->out, bytes, size);
    free(bytes);
    return done ? STATUS_CLEAN : STATUS_ERROR;
}
