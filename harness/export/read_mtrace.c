// SPDX-License-Identifier: MIT
// Logs of glibc's mtrace(3), as malloc/mtrace-impl.c of glibc writes them.
#include "trace_builder.h"

struct reader {
    struct trace_builder builder;
    struct trace_lines lines;
    struct trace_line line;
    struct ac_text_error *error;
    uint64_t leaving; /* address of a `<' line before its `>' line; 0: none */
};

static enum trace_end expected(struct reader *reader, size_t word, const char *what) {
    return trace_expected(&reader->lines, &reader->line, word, reader->error, what);
}

/* The op follows the caller, which may be several words. */
static size_t op_word(const struct trace_line *line) {
    if (!trace_word_is(line, 0, "@"))
        return 0;
    size_t from_end = line->count >= 3 && (trace_word_is(line, line->count - 2, "-") ||
                                           trace_word_is(line, line->count - 2, "<"))
                          ? 2
                          : 3;
    return line->count > from_end ? line->count - from_end : line->count;
}

/* An address is 0x..., or (nil) for NULL. */
static bool read_address(const struct trace_line *line, size_t word, uint64_t *address) {
    *address = 0;
    return trace_word_is(line, word, "(nil)") || trace_number(line, word, address);
}

static enum trace_end allocate(struct reader *reader, uint64_t address, uint64_t size) {
    if (address == 0)
        reader->builder.summary->failed++;
    else
        trace_allocate(&reader->builder, address, size);
    return TRACE_READ;
}

static enum trace_end take_sized(struct reader *reader, size_t op) {
    uint64_t address, size;
    if (!read_address(&reader->line, op + 1, &address))
        return expected(reader, op + 1, "an address (0x...)");
    if (!trace_number(&reader->line, op + 2, &size))
        return expected(reader, op + 2, "a size in bytes");
    if (trace_word_is(&reader->line, op, "!")) {
        reader->builder.summary->failed++; /* a failed realloc leaves the block as it was */
        return TRACE_READ;
    }
    if (trace_word_is(&reader->line, op, "+"))
        return allocate(reader, address, size);
    if (reader->leaving == 0)
        return expected(reader, op, "a < line before this > line");
    trace_resize(&reader->builder, reader->leaving, address, size);
    reader->leaving = 0;
    return TRACE_READ;
}

static enum trace_end take_address(struct reader *reader, size_t op) {
    uint64_t address;
    if (!read_address(&reader->line, op + 1, &address))
        return expected(reader, op + 1, "an address (0x...)");
    if (trace_word_is(&reader->line, op, "<"))
        reader->leaving = address;
    else if (address == 0)
        trace_free_null(&reader->builder);
    else
        trace_free(&reader->builder, address);
    return TRACE_READ;
}

static enum trace_end read_line(struct reader *reader) {
    static const char what[] = "+, -, <, > or ! with an address, `= Start' or `= End'";
    const struct trace_line *line = &reader->line;
    if (trace_word_is(line, 0, "=")) {
        bool known = trace_word_is(line, 1, "Start") || trace_word_is(line, 1, "End");
        return known && line->count == 2 ? TRACE_READ : expected(reader, 1, "Start or End");
    }
    size_t op = op_word(line);
    if (reader->leaving != 0 && !trace_word_is(line, op, ">"))
        return expected(reader, op, "the > line that completes the < line before");
    if (trace_word_is(line, op, "-") || trace_word_is(line, op, "<")) {
        return line->count == op + 2 ? take_address(reader, op)
                                     : expected(reader, op + 2, "one address");
    }
    bool sized = trace_word_is(line, op, "+") || trace_word_is(line, op, ">") ||
                 trace_word_is(line, op, "!");
    if (!sized)
        return expected(reader, op, what);
    return line->count <= op + 3 ? take_sized(reader, op)
                                 : expected(reader, op + 3, "the end of the line");
}

static enum trace_end read_all(struct reader *reader) {
    enum trace_end end = TRACE_READ;
    while (end == TRACE_READ && trace_next_line(&reader->lines, &reader->line)) {
        if (trace_is_full(&reader->builder)) {
            reader->builder.summary->truncated = true;
            return TRACE_READ;
        }
        end = read_line(reader);
    }
    return end;
}

enum trace_end trace_read_mtrace(struct ac_program *program, const char *text, size_t size,
                                 struct trace_summary *summary, struct ac_text_error *error) {
    struct reader reader = {.lines = {text, text + size, 0}, .error = error};
    bool room = trace_builder_begin(&reader.builder, program, summary);
    return trace_builder_end(&reader.builder, room ? read_all(&reader) : TRACE_MEMORY);
}
