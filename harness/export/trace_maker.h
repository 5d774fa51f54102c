// SPDX-License-Identifier: MIT
// What readers of traces have in common: blocks known by a number become slots.
#ifndef EXPORT_TRACE_MAKER_H
#define EXPORT_TRACE_MAKER_H

#include "live_slots.h"
#include "trace.h"

struct trace_maker {
    struct ac_program *program;
    struct trace_summary *summary;
    struct live_slots slots;
    uint64_t *sizes; /* asked for, by slot */
    uint64_t live;
    bool out_of_memory;
};

/* False: out of memory. In either case trace_maker_end is due. */
bool trace_maker_begin(struct trace_maker *maker, struct ac_program *program,
                       struct trace_summary *summary);
/* Sets the program's limit; `end' is how reading ended, unless there was no memory. A program that
 * was not read whole is empty. */
enum trace_end trace_maker_end(struct trace_maker *maker, enum trace_end end);

/* A block of a key, which is not 0, is live, resized, given back. A key may change by a resize; one
 * that is not known is counted. */
void trace_allocate(struct trace_maker *maker, uint64_t key, uint64_t size);
void trace_resize(struct trace_maker *maker, uint64_t old_key, uint64_t key, uint64_t size);
void trace_free(struct trace_maker *maker, uint64_t key);
void trace_free_null(struct trace_maker *maker);

/* True when the program holds as many calls as it may. */
static inline bool trace_is_full(const struct trace_maker *maker) {
    return maker->program->count >= AC_MAX_CALLS;
}

/* Lines of a text. */
struct trace_lines {
    const char *next, *end;
    size_t line; /* from 1 */
};

/* One line, cut into words at blanks. */
enum { TRACE_WORDS = 64 };
struct trace_line {
    const char *start;
    struct {
        const char *start;
        size_t length;
    } word[TRACE_WORDS];
    size_t count; /* where there are more, those before the last ones are left out */
};

/* The next line that holds a word. False: there is none. */
bool trace_next_line(struct trace_lines *lines, struct trace_line *line);

bool trace_word_is(const struct trace_line *line, size_t index, const char *word);

/* A number of base 10, or of base 16 from 0x; false: it is none, or above 2^63 - 1. */
bool trace_number(const struct trace_line *line, size_t index, uint64_t *number);

/* Says what was expected at a word of the line, or after its last one. TRACE_WRONG. */
enum trace_end trace_expected(const struct trace_lines *lines, const struct trace_line *line,
                              size_t index, struct ac_text_error *error, const char *expected);

#endif
