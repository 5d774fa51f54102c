// SPDX-License-Identifier: MIT
// The parts of an explanation.
#ifndef ALLOCHECK_EXPLAIN_PRIVATE_H
#define ALLOCHECK_EXPLAIN_PRIVATE_H

#include "explain.h"

#include <stdbool.h>

/* One line of text, cut where its room ends. */
struct line {
    char *text;
    size_t capacity, length;
};

void line_add(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What the finding saw; NULL: nothing is known. */
const struct ac_snapshot *explain_snapshot(const struct explained *explained);

/* The call that a finding is about: the last one of the op that failed; NULL: there is none, or it
 * is not known. */
const struct ac_event *explain_event(const struct explained *explained);

/* --- names.c: how things are called --- */

/* `p1, block 1', or what the call gave. */
void name_block(struct line *line, const struct ac_snapshot_block *block);

/* True where the program has other threads than the main one. */
bool has_threads(const struct explained *explained);

/* `thread 2', `the main thread'. */
void name_thread(struct line *line, unsigned thread);

/* Who did something: `op 3', and where the program has threads, `thread 1 at op 3'. */
void name_doer(struct line *line, const struct explained *explained, unsigned thread, uint32_t op);

/* `m2+0x40' in the second range that the page source gave; where the allocator finds its own pages
 * `+0x40' from the lowest block shown; `elsewhere': the distance may be another in the next
 * process. Needs a journal. */
void name_place(struct line *line, const struct explained *explained, uint64_t address);

/* --- ranges.c: what the page source gave --- */

struct range {
    uint64_t start, size; /* offset, as in page entries */
    uint32_t number;      /* from 1 in the order in which they came; 0: the break */
    bool given_back;      /* of it, at least the place in question */
};

/* The range round an offset, the last one that lay there; false: there was none. */
bool range_at(const struct ac_journal *journal, uint64_t offset, struct range *range);
void name_range(struct line *line, const struct range *range);

/* --- the sections --- */

void explain_call(const struct explained *explained, struct line *line);
void explain_thread(const struct explained *explained, struct line *line);
void explain_history(const struct explained *explained, struct line *line);
void explain_refused(const struct explained *explained, struct line *line);
void explain_changed(const struct explained *explained, struct line *line);
void explain_differs(const struct explained *explained, struct line *line);
void explain_wrong(const struct explained *explained, struct line *line);
void explain_owner(const struct explained *explained, struct line *line);
void explain_touched(const struct explained *explained, struct line *line);
void explain_bounds(const struct explained *explained, struct line *line);
void explain_other(const struct explained *explained, struct line *line);
void explain_neighbour(const struct explained *explained, const struct ac_snapshot_block *block,
                       struct line *line);

void print_program(const struct explained *explained, FILE *to);
void print_bytes(const struct explained *explained, FILE *to);
void print_memory(const struct explained *explained, FILE *to);
void print_pages(const struct explained *explained, FILE *to);
void print_stack(const struct stack *stack, FILE *to);

#endif
