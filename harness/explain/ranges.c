// SPDX-License-Identifier: MIT
// Ranges from the page source, numbered in the order of the requests: m1, m2 ..., and the break.
#include "parts.h"

static bool grants(const struct ac_source_entry *entry) {
    return !entry->refused && entry->result != UINT64_MAX && entry->call != AC_CALL_UNMAP;
}

static bool is_break(const struct ac_source_entry *entry) {
    return entry->call == AC_CALL_SBRK;
}

static bool is_new(const struct ac_source_entry *entry) {
    return grants(entry) && !is_break(entry) && entry->result != entry->start;
}

static bool is_resized_in_place(const struct ac_source_entry *entry) {
    return grants(entry) && !is_break(entry) && entry->result == entry->start;
}

static bool is_inside(const struct ac_source_entry *entry, uint64_t start, uint64_t offset) {
    return offset >= start && offset - start < entry->size;
}

static bool is_unmapped(const struct ac_source_entry *entry, uint64_t offset) {
    return entry->call == AC_CALL_UNMAP && !entry->refused &&
           is_inside(entry, entry->start, offset);
}

/* The number of the last range before an entry that starts where the entry does. */
static uint32_t number_of(const struct ac_journal *journal, uint32_t before) {
    uint32_t number = 0, found = 0;
    for (uint32_t i = 0; i < before; i++) {
        number += is_new(&journal->page[i]);
        found = is_new(&journal->page[i]) && journal->page[i].result == journal->page[before].start
                    ? number
                    : found;
    }
    return found;
}

/* The break as one range, from its start to the highest address that it reached. */
static bool break_at(const struct ac_journal *journal, uint64_t offset, struct range *range) {
    *range = (struct range){.start = UINT64_MAX, .number = 0};
    for (uint32_t i = 0; i < journal->page_count; i++) {
        const struct ac_source_entry *entry = &journal->page[i];
        if (grants(entry) && is_break(entry) && (int64_t)entry->size > 0) {
            range->start = entry->result < range->start ? entry->result : range->start;
            range->size = entry->result + entry->size - range->start;
        }
    }
    return range->start != UINT64_MAX && offset - range->start <= range->size;
}

bool range_at(const struct ac_journal *journal, uint64_t offset, struct range *range) {
    bool found = false;
    uint32_t number = 0;
    for (uint32_t i = 0; i < journal->page_count; i++) {
        const struct ac_source_entry *entry = &journal->page[i];
        number += is_new(entry);
        if (is_new(entry) && is_inside(entry, entry->result, offset)) {
            *range = (struct range){entry->result, entry->size, number, false};
            found = true;
        } else if (is_resized_in_place(entry) && found && entry->start == range->start) {
            range->size = entry->size;
        } else if (is_resized_in_place(entry) && !found && is_inside(entry, entry->start, offset)) {
            *range = (struct range){entry->start, entry->size, number_of(journal, i), false};
            found = true;
        } else if (found && is_unmapped(entry, offset)) {
            range->unmapped = true;
        }
    }
    return found || break_at(journal, offset, range);
}

void label_range(struct line *line, const struct range *range) {
    if (range->number != 0)
        line_add(line, "m%u", range->number);
    else
        line_add(line, "brk");
}

void describe_bounds(const struct evidence *evidence, struct line *line) {
    const struct ac_snapshot *snapshot = snapshot_of(evidence);
    struct range range;
    if (snapshot == NULL || !snapshot->block.there || evidence->journal->base == 0 ||
        evidence->journal->page_count == 0 || snapshot->block.reach > PTRDIFF_MAX)
        return;
    const uint64_t offset = snapshot->block.address - evidence->journal->base;
    if (!range_at(evidence->journal, offset, &range)) {
        label_block(line, &snapshot->block);
        line_add(line, " starts outside all memory from the page source");
        return;
    }
    const uint64_t end = offset + snapshot->block.reach - range.start;
    if (range.unmapped || end > range.size) {
        label_block(line, &snapshot->block);
        line_add(line, range.unmapped ? " starts in " : " ends %llu bytes after ",
                 number(end - range.size));
        label_range(line, &range);
        line_add(line, range.unmapped ? ", which is unmapped" : " (%llu bytes)",
                 number(range.size));
    }
}
