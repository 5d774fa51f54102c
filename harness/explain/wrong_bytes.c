// SPDX-License-Identifier: MIT
// The wrong bytes: which, what they look like, and a dump beside the expected ones.
#include "parts.h"

enum { ROW = 16, ROWS = 6 }; /* bytes in a row; rows in the dump */

static void add_free(struct line *line, const struct evidence *evidence,
                     const struct ac_snapshot_block *block) {
    if (block->ended) {
        line_add(line, ", freed by ");
        label_op(line, evidence, block->ended_thread, block->ended_op);
    }
}

/* --- what they look like --- */

static void add_pattern(struct line *line, const struct evidence *evidence) {
    const struct ac_snapshot *snapshot = snapshot_of(evidence);
    if (snapshot->owner.id == snapshot->block.id) {
        line_add(line, "the pattern of the block itself, from byte %llu",
                 number(snapshot->owner_offset));
        return;
    }
    line_add(line, "the pattern of ");
    label_block(line, &snapshot->owner);
    add_free(line, evidence, &snapshot->owner);
    line_add(line, ", from byte %llu", number(snapshot->owner_offset));
}

static void add_pointer(struct line *line, const struct evidence *evidence) {
    const struct ac_snapshot *snapshot = snapshot_of(evidence);
    const struct ac_snapshot_block *owner = &snapshot->owner;
    if (!owner->there) {
        line_add(line, "a pointer into the allocator's pages: an internal link?");
        return;
    }
    const uint64_t before = 0 - snapshot->owner_offset;
    if (snapshot->owner_offset <= PTRDIFF_MAX)
        line_add(line, "a pointer to byte %llu of ", number(snapshot->owner_offset));
    else
        line_add(line, "a pointer to %llu bytes before ", number(before));
    label_block(line, owner);
    add_free(line, evidence, owner);
    line_add(line, ": a free-list link?");
}

void describe_contents(const struct evidence *evidence, struct line *line) {
    const struct ac_snapshot *snapshot = snapshot_of(evidence);
    if (snapshot == NULL || snapshot->bytes == 0)
        return;
    switch (snapshot->origin) {
    case AC_BYTES_ZERO:
        line_add(line, "all zero");
        return;
    case AC_BYTES_SAME:
        line_add(line, "all 0x%02x",
                 snapshot->actual[evidence->finding->first_wrong - snapshot->window]);
        return;
    case AC_BYTES_OF_BLOCK:
        add_pattern(line, evidence);
        return;
    case AC_BYTES_POINTER:
        add_pointer(line, evidence);
        return;
    default:
        line_add(line, "no pattern of this program: allocator metadata?");
    }
}

void describe_wrong(const struct evidence *evidence, struct line *line) {
    const struct ac_finding *finding = evidence->finding;
    const struct ac_snapshot *snapshot = snapshot_of(evidence);
    if (finding->first_wrong == UINT64_MAX)
        return;
    if (finding->first_wrong == finding->last_wrong) {
        line_add(line, "byte %llu", number(finding->first_wrong));
    } else {
        line_add(line, "bytes %llu to %llu", number(finding->first_wrong),
                 number(finding->last_wrong));
    }
    if (snapshot != NULL && snapshot->bytes != 0) {
        line_add(line, " of ");
        label_block(line, &snapshot->block);
        line_add(line, ", %llu bytes", number(snapshot->block.size));
    }
}

/* --- the dump --- */

static uint32_t row_end(const struct ac_snapshot *snapshot, uint32_t row) {
    return row + ROW < snapshot->bytes ? row + ROW : snapshot->bytes;
}

static bool is_wrong(const struct ac_snapshot *snapshot, uint32_t row) {
    for (uint32_t i = row; i < row_end(snapshot, row); i++)
        if (snapshot->actual[i] != snapshot->expected[i])
            return true;
    return false;
}

static void print_row(const struct ac_snapshot *snapshot, uint32_t row, FILE *to) {
    fprintf(to, "  %8llu ", number(snapshot->window + row));
    for (uint32_t i = row; i < row_end(snapshot, row); i++)
        fprintf(to, " %02x", snapshot->actual[i]);
    fputc('\n', to);
}

static void print_expected(const struct ac_snapshot *snapshot, uint32_t row, FILE *to) {
    uint32_t last = row;
    for (uint32_t i = row; i < row_end(snapshot, row); i++)
        last = snapshot->actual[i] != snapshot->expected[i] ? i : last;
    fprintf(to, "     not: ");
    for (uint32_t i = row; i <= last; i++)
        if (snapshot->actual[i] != snapshot->expected[i])
            fprintf(to, " %02x", snapshot->expected[i]);
        else
            fprintf(to, "   ");
    fputc('\n', to);
}

/* Starts one row before the first wrong byte. */
void print_bytes(const struct evidence *evidence, FILE *to) {
    const struct ac_snapshot *snapshot = snapshot_of(evidence);
    if (snapshot == NULL || snapshot->bytes == 0)
        return;
    const uint32_t at = (uint32_t)(evidence->finding->first_wrong - snapshot->window) / ROW * ROW;
    uint32_t row = at >= ROW ? at - ROW : 0;
    for (int shown = 0; row < snapshot->bytes && shown < ROWS; row += ROW, shown++) {
        print_row(snapshot, row, to);
        if (is_wrong(snapshot, row))
            print_expected(snapshot, row, to);
        else if (row > at)
            return;
    }
}
