// SPDX-License-Identifier: MIT
// The memory around a finding: the block, the one that it overlaps, the neighbours.
#include "parts.h"

enum { ROWS = 4, TEXT = 160 };

static uint64_t end_of(const struct ac_snapshot_block *block) {
    return block->address + block->size;
}

/* --- two blocks --- */

void describe_overlap(const struct evidence *evidence, struct line *line) {
    const struct ac_snapshot *snapshot = snapshot_of(evidence);
    if (snapshot == NULL || !snapshot->other.there || !snapshot->block.there)
        return;
    const uint64_t start = snapshot->block.address, end = start + snapshot->block.reach;
    const uint64_t other_end = snapshot->other.address + snapshot->other.reach;
    const uint64_t first = start > snapshot->other.address ? start : snapshot->other.address;
    const uint64_t last = end < other_end ? end : other_end;
    label_block(line, &snapshot->block);
    if (first < last) {
        line_add(line, " overlaps bytes %llu to %llu of ", number(first - snapshot->other.address),
                 number(last - 1 - snapshot->other.address));
    } else {
        line_add(line, " has the same address as ");
    }
    label_block(line, &snapshot->other);
    line_add(line, ", %llu bytes, allocated by ", number(snapshot->other.size));
    label_op(line, evidence, snapshot->other.thread, snapshot->other.op);
}

void describe_touched(const struct evidence *evidence, struct line *line) {
    const struct ac_snapshot *snapshot = snapshot_of(evidence);
    if (snapshot != NULL && snapshot->touched != AC_NO_ADDRESS && snapshot->block.there &&
        snapshot->touched - snapshot->block.address < snapshot->block.size) {
        line_add(line, "byte %llu of ", number(snapshot->touched - snapshot->block.address));
        label_block(line, &snapshot->block);
        line_add(line, ", %llu bytes", number(snapshot->block.size));
    }
}

static void describe_neighbour(const struct ac_snapshot_block *own,
                               const struct ac_snapshot_block *block, struct line *line) {
    if (!block->there)
        return;
    label_block(line, block);
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

void describe_below(const struct evidence *evidence, struct line *line) {
    const struct ac_snapshot *snapshot = snapshot_of(evidence);
    if (snapshot != NULL)
        describe_neighbour(&snapshot->block, &snapshot->below, line);
}

void describe_above(const struct evidence *evidence, struct line *line) {
    const struct ac_snapshot *snapshot = snapshot_of(evidence);
    if (snapshot != NULL)
        describe_neighbour(&snapshot->block, &snapshot->above, line);
}

/* --- the table --- */

struct row {
    const struct ac_snapshot_block *block;
    const char *mark, *remark;
};

static size_t add_row(struct row *rows, size_t count, const struct ac_snapshot_block *block,
                      const char *mark, const char *remark) {
    if (!block->there)
        return count;
    size_t at = count;
    while (at > 0 && rows[at - 1].block->address > block->address) {
        rows[at] = rows[at - 1];
        at--;
    }
    rows[at] = (struct row){block, mark, remark};
    return count + 1;
}

static size_t rows_of(const struct ac_snapshot *snapshot, struct row rows[ROWS]) {
    size_t count = add_row(rows, 0, &snapshot->below, "  ", "");
    count = add_row(rows, count, &snapshot->other, "=>", ": overlapped");
    count = add_row(rows, count, &snapshot->block, "->", "");
    return add_row(rows, count, &snapshot->above, "  ", "");
}

static void print_row(const struct evidence *evidence, const struct row *row, FILE *to) {
    char address[TEXT], name[TEXT], op[TEXT];
    struct line at = {address, sizeof address, 0}, label = {name, sizeof name, 0};
    struct line by = {op, sizeof op, 0};
    label_address(&at, evidence, row->block->address);
    label_block(&label, row->block);
    fprintf(to, "  %s %13s  %-18s  %llu bytes", row->mark, address, name, number(row->block->size));
    if (row->block->reach > row->block->size)
        fprintf(to, " (%llu usable)", number(row->block->reach));
    if (row->block->id != AC_NO_BLOCK && row->block->op != UINT32_MAX) {
        label_op(&by, evidence, row->block->thread, row->block->op);
        fprintf(to, ", allocated by %s", op);
    }
    fprintf(to, "%s\n", row->remark);
}

void print_memory(const struct evidence *evidence, FILE *to) {
    const struct ac_snapshot *snapshot = snapshot_of(evidence);
    struct row rows[ROWS];
    if (snapshot == NULL || !snapshot->block.there || snapshot->block.address == AC_NO_ADDRESS)
        return;
    const size_t count = rows_of(snapshot, rows);
    fprintf(to, "  memory\n");
    for (size_t i = 0; i < count; i++)
        print_row(evidence, &rows[i], to);
}
