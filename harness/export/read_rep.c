// SPDX-License-Identifier: MIT
#include "trace_builder.h"

#include <stdio.h>

enum { HEAD_NUMBERS = 4 };

struct reader {
    struct trace_builder builder;
    struct trace_lines lines;
    struct trace_line line;
    struct ac_text_error *error;
    uint64_t ids, ops; /* from the header */
    uint64_t seen;     /* ops so far */
};

static enum trace_end expected(struct reader *reader, size_t word, const char *what) {
    return trace_expected(&reader->lines, &reader->line, word, reader->error, what);
}

/* The numbers of the header, on one line or several. */
static enum trace_end read_head(struct reader *reader) {
    static const char *const names[HEAD_NUMBERS] = {
        "the suggested heap size in bytes", "the number of ids", "the number of ops", "the weight"};
    uint64_t numbers[HEAD_NUMBERS];
    size_t word = 0;
    reader->line.count = 0;
    for (size_t i = 0; i < HEAD_NUMBERS; i++, word++) {
        if (word == reader->line.count && trace_next_line(&reader->lines, &reader->line))
            word = 0;
        if (!trace_number(&reader->line, word, &numbers[i]))
            return expected(reader, word, names[i]);
    }
    reader->ids = numbers[1];
    reader->ops = numbers[2];
    return word == reader->line.count ? TRACE_READ : expected(reader, word, "only four numbers");
}

static enum trace_end read_id(struct reader *reader, uint64_t *id) {
    char text[sizeof reader->error->expected];
    if (trace_number(&reader->line, 1, id) && *id < reader->ids)
        return TRACE_READ;
    snprintf(text, sizeof text, "an id below %llu, the number of ids",
             (unsigned long long)reader->ids);
    return expected(reader, 1, text);
}

/* Keys are ids plus one, because 0 is no key. */
static enum trace_end read_op(struct reader *reader) {
    static const char what[] = "a ID SIZE, r ID SIZE or f ID";
    const bool frees = trace_word_is(&reader->line, 0, "f");
    const bool resizes = trace_word_is(&reader->line, 0, "r");
    uint64_t id, size;
    if (!frees && !resizes && !trace_word_is(&reader->line, 0, "a"))
        return expected(reader, 0, what);
    if (reader->line.count > (frees ? 2u : 3u))
        return expected(reader, frees ? 2 : 3, "the end of the line");
    if (frees && trace_word_is(&reader->line, 1, "-1")) {
        trace_free_null(&reader->builder);
        return TRACE_READ;
    }
    enum trace_end end = read_id(reader, &id);
    if (end != TRACE_READ)
        return end;
    if (!frees && !trace_number(&reader->line, 2, &size))
        return expected(reader, 2, "a size in bytes");
    if (frees)
        trace_free(&reader->builder, id + 1);
    else if (resizes)
        trace_resize(&reader->builder, id + 1, id + 1, size);
    else
        trace_allocate(&reader->builder, id + 1, size);
    return TRACE_READ;
}

static enum trace_end read_all(struct reader *reader) {
    enum trace_end end = read_head(reader);
    while (end == TRACE_READ && trace_next_line(&reader->lines, &reader->line)) {
        if (trace_is_full(&reader->builder)) {
            reader->builder.summary->truncated = true;
            return TRACE_READ;
        }
        end = read_op(reader);
        reader->seen++;
    }
    if (end == TRACE_READ && reader->seen != reader->ops) {
        char text[sizeof reader->error->expected];
        snprintf(text, sizeof text, "%llu ops, as in the header, not %llu",
                 (unsigned long long)reader->ops, (unsigned long long)reader->seen);
        return expected(reader, reader->line.count, text);
    }
    return end;
}

enum trace_end trace_read_rep(struct ac_program *program, const char *text, size_t size,
                              struct trace_summary *summary, struct ac_text_error *error) {
    struct reader reader = {.lines = {text, text + size, 0}, .error = error};
    reader.line.start = text;
    bool room = trace_builder_begin(&reader.builder, program, summary);
    return trace_builder_end(&reader.builder, room ? read_all(&reader) : TRACE_MEMORY);
}
