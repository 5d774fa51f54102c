// SPDX-License-Identifier: MIT
// The memory round a finding: the block concerned, the other owner, the neighbours.
#include "explain_private.h"

enum { MOST = 4, TEXT = 160 };

static unsigned long long number(uint64_t value) {
    return (unsigned long long)value;
}

static uint64_t end_of(const struct ac_snapshot_block *block) {
    return block->address + block->size;
}

/* --- how two blocks lie --- */

void explain_other(const struct explained *explained, struct line *line) {
    const struct ac_snapshot *snapshot = explain_snapshot(explained);
    if (snapshot == NULL || !snapshot->other.there || !snapshot->block.there) {
        return;
    }
    const uint64_t start = snapshot->block.address, end = start + snapshot->block.reach;
    const uint64_t other_end = snapshot->other.address + snapshot->other.reach;
    const uint64_t first = start > snapshot->other.address ? start : snapshot->other.address;
    const uint64_t last = end < other_end ? end : other_end;
    name_block(line, &snapshot->block);
    if (first < last) {
        line_add(line, " has bytes %llu to %llu of ", number(first - snapshot->other.address),
                 number(last - 1 - snapshot->other.address));
    } else {
        line_add(line, " has the address of ");
    }
    name_block(line, &snapshot->other);
    line_add(line, ", %llu bytes, allocated by ", number(snapshot->other.size));
    name_doer(line, explained, snapshot->other.thread, snapshot->other.op);
}

void explain_touched(const struct explained *explained, struct line *line) {
    const struct ac_snapshot *snapshot = explain_snapshot(explained);
    if (snapshot != NULL && snapshot->touched != AC_NO_ADDRESS && snapshot->block.there &&
        snapshot->touched - snapshot->block.address < snapshot->block.size) {
        line_add(line, "byte %llu of ", number(snapshot->touched - snapshot->block.address));
        name_block(line, &snapshot->block);
        line_add(line, ", %llu bytes", number(snapshot->block.size));
    }
}

/* A neighbour, as seen from the block concerned. */
void explain_neighbour(const struct explained *explained, const struct ac_snapshot_block *block,
                       struct line *line) {
    const struct ac_snapshot *snapshot = explain_snapshot(explained);
    if (snapshot == NULL || !block->there) {
        return;
    }
    const struct ac_snapshot_block *own = &snapshot->block;
    name_block(line, block);
    if (block->address < own->address && end_of(block) <= own->address) {
        line_add(line, ", %llu bytes, ends %llu bytes before it", number(block->size),
                 number(own->address - end_of(block)));
    } else if (block->address >= end_of(own)) {
        line_add(line, ", %llu bytes, starts %llu bytes after its end", number(block->size),
                 number(block->address - end_of(own)));
    } else {
        line_add(line, ", %llu bytes, overlaps it", number(block->size));
    }
}

/* --- as a table --- */

struct row {
    const struct ac_snapshot_block *block;
    const char *mark, *remark;
};

static size_t add_row(struct row *rows, size_t count, const struct ac_snapshot_block *block,
                      const char *mark, const char *remark) {
    if (!block->there) {
        return count;
    }
    size_t at = count;
    while (at > 0 && rows[at - 1].block->address > block->address) {
        rows[at] = rows[at - 1];
        at--;
    }
    rows[at] = (struct row){block, mark, remark};
    return count + 1;
}

static size_t rows_of(const struct ac_snapshot *snapshot, struct row rows[MOST]) {
    size_t count = add_row(rows, 0, &snapshot->below, "  ", "");
    count = add_row(rows, count, &snapshot->other, "=>", ": the other owner");
    count = add_row(rows, count, &snapshot->block, "->", "");
    return add_row(rows, count, &snapshot->above, "  ", "");
}

static void print_row(const struct explained *explained, const struct row *row, FILE *to) {
    char place[TEXT], name[TEXT], doer[TEXT];
    struct line at = {place, sizeof place, 0}, called = {name, sizeof name, 0};
    struct line by = {doer, sizeof doer, 0};
    name_place(&at, explained, row->block->address);
    name_block(&called, row->block);
    fprintf(to, "  %s %13s  %-18s  %llu bytes", row->mark, place, name, number(row->block->size));
    if (row->block->reach > row->block->size) {
        fprintf(to, " (%llu usable)", number(row->block->reach));
    }
    if (row->block->id != AC_NO_BLOCK && row->block->op != UINT32_MAX) {
        name_doer(&by, explained, row->block->thread, row->block->op);
        fprintf(to, ", allocated by %s", doer);
    }
    fprintf(to, "%s\n", row->remark);
}

void print_memory(const struct explained *explained, FILE *to) {
    const struct ac_snapshot *snapshot = explain_snapshot(explained);
    struct row rows[MOST];
    if (snapshot == NULL || !snapshot->block.there || snapshot->block.address == AC_NO_ADDRESS) {
        return;
    }
    const size_t count = rows_of(snapshot, rows);
    fprintf(to, "  memory\n");
    for (size_t i = 0; i < count; i++) {
        print_row(explained, &rows[i], to);
    }
}
