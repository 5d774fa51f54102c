// SPDX-License-Identifier: MIT
// Builds a program from a trace: blocks known by a key become slots.
#ifndef EXPORT_TRACE_BUILDER_H
#define EXPORT_TRACE_BUILDER_H

#include "slot_map.h"
#include "trace.h"

struct trace_builder {
    struct ac_program *program;
    struct trace_summary *summary;
    struct slot_map slots;
    uint64_t *sizes; /* requested, by slot */
    uint64_t live;
    bool out_of_memory;
};

/* False: out of memory. Call trace_builder_end in either case. */
bool trace_builder_begin(struct trace_builder *builder, struct ac_program *program,
                         struct trace_summary *summary);
/* Sets the program's memory limit. Returns `end', or TRACE_MEMORY. After an error the program is
 * empty. */
enum trace_end trace_builder_end(struct trace_builder *builder, enum trace_end end);

/* Allocate, resize, free the block of a key other than 0. A resize may change the key. Unknown keys
 * are counted. */
void trace_allocate(struct trace_builder *builder, uint64_t key, uint64_t size);
void trace_resize(struct trace_builder *builder, uint64_t old_key, uint64_t key, uint64_t size);
void trace_free(struct trace_builder *builder, uint64_t key);
void trace_free_null(struct trace_builder *builder);

static inline bool trace_is_full(const struct trace_builder *builder) {
    return builder->program->count >= AC_MAX_CALLS;
}

/* Lines of a text. */
struct trace_lines {
    const char *next, *end;
    size_t line; /* from 1 */
};

/* One line, split at blanks. */
enum { TRACE_WORDS = 64 };
struct trace_line {
    const char *start;
    struct {
        const char *start;
        size_t length;
    } word[TRACE_WORDS];
    size_t count; /* of a longer line the middle words are dropped */
};

/* The next line with a word. False: none. */
bool trace_next_line(struct trace_lines *lines, struct trace_line *line);

bool trace_word_is(const struct trace_line *line, size_t index, const char *word);

/* A decimal number, or a hexadecimal one after 0x; false: not a number, or above 2^63 - 1. */
bool trace_number(const struct trace_line *line, size_t index, uint64_t *number);

/* Reports what was expected at a word of the line, or after its last one. Returns TRACE_WRONG. */
enum trace_end trace_expected(const struct trace_lines *lines, const struct trace_line *line,
                              size_t index, struct ac_text_error *error, const char *expected);

#endif
