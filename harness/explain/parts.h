// SPDX-License-Identifier: MIT
// The parts of an explanation.
#ifndef ALLOCHECK_EXPLAIN_PARTS_H
#define ALLOCHECK_EXPLAIN_PARTS_H

#include "explain.h"

#include <stdbool.h>

/* One line of text, truncated at its capacity. */
struct line {
    char *text;
    size_t capacity, length;
};

void line_add(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* For %llu. */
static inline unsigned long long number(uint64_t value) {
    return (unsigned long long)value;
}

/* The memory as it was when the check failed; NULL: unknown. */
const struct ac_snapshot *snapshot_of(const struct evidence *evidence);

/* The failing call: the last one of the failing op; NULL: none, or unknown. */
const struct ac_event *failing_call(const struct evidence *evidence);

/* --- labels.c: blocks, threads and addresses by name --- */

/* `block 1 (p1)', or `the returned block'. */
void label_block(struct line *line, const struct ac_snapshot_block *block);

/* `op 3', or `thread 1 at op 3' if the program has threads. */
void label_op(struct line *line, const struct evidence *evidence, unsigned thread, uint32_t op);

/* `m2+0x40': in the second range from the page source. `+0x40': from the lowest block shown, if the
 * allocator finds its own pages. `elsewhere': the distance may differ in another process. Needs a
 * journal. */
void label_address(struct line *line, const struct evidence *evidence, uint64_t address);

/* --- ranges.c: memory from the page source --- */

struct range {
    uint64_t start, size; /* offset, as in page entries */
    uint32_t number;      /* from 1, in the order of the requests; 0: the break */
    bool unmapped;        /* at least the offset in question */
};

/* The last range that contained an offset; false: none did. */
bool range_at(const struct ac_journal *journal, uint64_t offset, struct range *range);
void label_range(struct line *line, const struct range *range);

/* --- the facts --- */

void describe_call(const struct evidence *evidence, struct line *line);
void describe_thread(const struct evidence *evidence, struct line *line);
void describe_refused(const struct evidence *evidence, struct line *line);
void describe_differs(const struct evidence *evidence, struct line *line);
void describe_wrong(const struct evidence *evidence, struct line *line);
void describe_history(const struct evidence *evidence, struct line *line);
void describe_contents(const struct evidence *evidence, struct line *line);
void describe_changed(const struct evidence *evidence, struct line *line);
void describe_touched(const struct evidence *evidence, struct line *line);
void describe_overlap(const struct evidence *evidence, struct line *line);
void describe_bounds(const struct evidence *evidence, struct line *line);
void describe_below(const struct evidence *evidence, struct line *line);
void describe_above(const struct evidence *evidence, struct line *line);

/* --- the sections of several lines --- */

void print_ops(const struct evidence *evidence, FILE *to);
void print_bytes(const struct evidence *evidence, FILE *to);
void print_memory(const struct evidence *evidence, FILE *to);
void print_page_calls(const struct evidence *evidence, FILE *to);

#endif
