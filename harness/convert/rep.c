// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "convert.h"

#include "tool/tool.h"
#include "tool/output.h"

#include "export/trace.h"

#include <stdlib.h>

/* The first op of a thread, or the program's count. Leaving out what another thread allocates and
 * frees would make another program. */
static size_t first_threaded_op(const struct ac_program *program) {
    size_t at = 0;
    while (at < program->count && program->ops[at].thread == 0 &&
           program->ops[at].kind != AC_OP_EXIT)
        at++;
    return at;
}

static int refuse_threads(const struct input *input, size_t op) {
    static const char why[] = "expected an op without threads: a malloc-lab trace has none";
    if (input->text)
        return tool_error("%s:%zu: %s", input->name, input_line_of_op(input, op), why);
    return tool_error("%s: op %zu: %s", input->name, op, why);
}

static void print_losses(const char *name, const struct trace_losses *losses) {
    if (losses->skipped > 0) {
        fprintf(stderr, "allocheck: %s: %zu ops left out: a malloc-lab trace cannot express them\n",
                name, losses->skipped);
    }
    if (losses->as_malloc > 0) {
        fprintf(stderr, "allocheck: %s: %zu calloc and aligned requests written as malloc\n", name,
                losses->as_malloc);
    }
}

static int write_trace(const struct conversion *conversion, const struct input *input,
                       const char *text, size_t length, const struct trace_losses *losses) {
    if (losses->written == 0) {
        return tool_error("%s: not written: a malloc-lab trace can express none of its ops",
                          input->name);
    }
    if (!output_write(conversion->out, text, length))
        return STATUS_ERROR;
    print_losses(input->name, losses);
    return STATUS_CLEAN;
}

int convert_to_rep(const struct conversion *conversion, struct input *input) {
    struct trace_losses losses = {.written = 0};
    char *text = NULL;
    size_t length = 0;
    const size_t threaded = first_threaded_op(&input->program);
    if (threaded < input->program.count)
        return refuse_threads(input, threaded);
    FILE *to = open_memstream(&text, &length);
    bool whole = to != NULL && trace_write_rep(&input->program, to, &losses);
    whole = to != NULL && fclose(to) == 0 && whole;
    int status =
        whole ? write_trace(conversion, input, text, length, &losses) : tool_out_of_memory();
    free(text);
    return status;
}
