// SPDX-License-Identifier: MIT
// Traces of other tools.
#include "convert.h"

#include "tool/tool.h"

#include "export/trace.h"

#include <inttypes.h>

static void print_summary(const char *name, const struct trace_summary *summary) {
    fprintf(stderr, "%s: %zu calls, %zu blocks, at most %" PRIu64 " bytes live\n", name,
            summary->calls, summary->blocks, summary->live_peak);
    if (summary->unknown > 0)
        fprintf(stderr, "dropped: %zu lines about unknown blocks\n", summary->unknown);
    if (summary->failed > 0)
        fprintf(stderr, "dropped: %zu requests that failed\n", summary->failed);
    if (summary->truncated)
        fprintf(stderr, "truncated: a program makes at most %d calls\n", AC_MAX_CALLS);
}

/* False: a message has been printed. */
static bool read_trace(struct input *input, enum convert_source from) {
    struct trace_summary summary;
    struct ac_text_error error;
    switch ((from == CONVERT_REP ? trace_read_rep : trace_read_mtrace)(
        &input->program, input->bytes, input->size, &summary, &error)) {
    case TRACE_WRONG:
        tool_error("%s:%zu:%zu: expected %s", input->name, error.line, error.column,
                   error.expected);
        return false;
    case TRACE_MEMORY:
        tool_out_of_memory();
        return false;
    case TRACE_READ:
        break;
    }
    if (summary.calls == 0) {
        tool_error("%s: expected at least one call", input->name);
        return false;
    }
    print_summary(input->name, &summary);
    return true;
}

bool convert_open(struct input *input, const char *name, const struct conversion *conversion) {
    if (conversion->from == CONVERT_PROGRAM)
        return input_open(input, name, &conversion->session.inputs);
    const struct input_options options = {.form = INPUT_FOREIGN,
                                          .most_bytes = conversion->session.inputs.most_bytes};
    if (!input_open(input, name, &options))
        return false;
    if (!read_trace(input, conversion->from)) {
        input_close(input);
        return false;
    }
    return true;
}
