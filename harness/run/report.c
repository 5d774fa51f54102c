// SPDX-License-Identifier: MIT
// Sums of reports, and the text of a finding.
#include "allocheck/codec.h"
#include "allocheck/place.h"
#include "allocheck/run.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { BEFORE = 5, LINE = 160 }; /* ops shown before the failing one; bytes of a line */

static uint64_t most(uint64_t left, uint64_t right) {
    return left > right ? left : right;
}

static void add_counts(struct ac_counts *sum, const struct ac_counts *more) {
    sum->calls += more->calls;
    sum->ops += more->ops;
    sum->empty += more->empty;
    sum->not_offered += more->not_offered;
    sum->skipped += more->skipped;
    sum->over_limit += more->over_limit;
    sum->over_memory += more->over_memory;
    sum->over_time += more->over_time;
    sum->growth_unchecked += more->growth_unchecked;
    sum->accepted += more->accepted;
    sum->refused += more->refused;
    sum->page_requests += more->page_requests;
    sum->open_requests += more->open_requests;
}

void ac_report_add(struct ac_report *sum, const struct ac_report *more) {
    add_counts(&sum->counts, &more->counts);
    for (int i = 0; i < AC_ORACLES; i++)
        sum->checked[i] += more->checked[i];
    sum->live_peak = most(sum->live_peak, more->live_peak);
    sum->held_peak = most(sum->held_peak, more->held_peak);
    if (more->found && !sum->found) {
        sum->found = true;
        sum->finding = more->finding;
    }
}

/* A text buffer. Text beyond its capacity is dropped, but counted. */
struct text_buffer {
    char *text;
    size_t capacity, length;
};

static void write_text(struct text_buffer *to, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void write_text(struct text_buffer *to, const char *format, ...) {
    size_t left = to->length < to->capacity ? to->capacity - to->length : 0;
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(left != 0 ? to->text + to->length : NULL, left, format, arguments);
    va_end(arguments);
    to->length += written > 0 ? (size_t)written : 0;
}

static void write_op(struct text_buffer *to, const struct ac_program *program, size_t index,
                     const struct ac_finding *finding) {
    char line[LINE];
    ac_print_op(&program->ops[index], line, sizeof line);
    write_text(to, "  %s%4zu  %s", index == finding->op ? "->" : "  ", index, line);
    if (index == finding->op && program->ops[index].repeat > 1)
        write_text(to, "   (in round %u)", finding->round + 1);
    write_text(to, "\n");
}

static void write_ops(struct text_buffer *to, const struct ac_program *program,
                      const struct ac_finding *finding) {
    size_t end = finding->op < program->count ? finding->op + 1 : program->count;
    size_t first = end > BEFORE + 1 ? end - BEFORE - 1 : 0;
    for (size_t i = first; i < end; i++)
        write_op(to, program, i, finding);
    if (finding->op >= program->count)
        write_text(to, "  -> %s   %s\n", ac_place_name(ac_place_of(program, finding)),
                   ac_stage_sentence(finding->stage));
}

static void write_block(struct text_buffer *to, const struct ac_finding *finding) {
    if (finding->block == UINT32_MAX)
        return;
    write_text(to, "  block     %llu bytes, number %u", (unsigned long long)finding->size,
               finding->block);
    if (finding->slot != AC_NO_SLOT)
        write_text(to, ", p%d", finding->slot);
    if (finding->other_slot != AC_NO_SLOT && finding->other_slot != finding->slot)
        write_text(to, "; the other is p%d", finding->other_slot);
    write_text(to, "\n");
}

size_t ac_print_finding(const struct ac_finding *finding, const struct ac_program *program,
                        const char *allocator, const char *reproduce, char *text, size_t capacity) {
    const struct ac_oracle_info *oracle = ac_oracle_info(finding->oracle);
    struct text_buffer to = {text, capacity, 0};
    write_text(&to, "finding: %s on %s\n  rule      %s (%s)\n", oracle->id, allocator,
               oracle->sentence, oracle->rule);
    write_ops(&to, program, finding);
    write_block(&to, finding);
    if (finding->thread != 0)
        write_text(&to, "  thread    %u\n", finding->thread);
    write_text(&to, "  expected  %s\n  actual    %s\n", finding->expected, finding->actual);
    if (finding->first_wrong != UINT64_MAX) {
        write_text(&to, "  wrong     bytes %llu to %llu\n",
                   (unsigned long long)finding->first_wrong,
                   (unsigned long long)finding->last_wrong);
    }
    if (reproduce != NULL)
        write_text(&to, "  reproduce %s\n", reproduce);
    return to.length;
}
