// SPDX-License-Identifier: MIT
// The wrong bytes: which, whose, and as they are beside what they should be.
#include "explain_private.h"

enum { ROW = 16, ROWS = 6 }; /* bytes of a line; lines that are shown */

static bool is_about_bytes(const struct explained *explained) {
    return explained->finding->first_wrong != UINT64_MAX;
}

static unsigned long long number(uint64_t value) {
    return (unsigned long long)value;
}

static void add_history(struct line *line, const struct explained *explained,
                        const struct ac_snapshot_block *block) {
    if (block->ended) {
        line_add(line, " (freed by ");
        name_doer(line, explained, block->ended_thread, block->ended_op);
        line_add(line, ")");
    }
}

/* --- whose they are --- */

static void add_pattern(struct line *line, const struct explained *explained) {
    const struct ac_snapshot *snapshot = explain_snapshot(explained);
    if (snapshot->owner.id == snapshot->block.id) {
        line_add(line, "what the block itself holds from byte %llu on",
                 number(snapshot->owner_offset));
        return;
    }
    line_add(line, "what ");
    name_block(line, &snapshot->owner);
    add_history(line, explained, &snapshot->owner);
    line_add(line, " was filled with, from byte %llu on", number(snapshot->owner_offset));
}

static void add_pointer(struct line *line, const struct explained *explained) {
    const struct ac_snapshot *snapshot = explain_snapshot(explained);
    const struct ac_snapshot_block *owner = &snapshot->owner;
    if (!owner->there) {
        line_add(line, "a pointer into pages of the page source: a link of the allocator's own?");
        return;
    }
    const uint64_t before = 0 - snapshot->owner_offset;
    if (snapshot->owner_offset <= PTRDIFF_MAX) {
        line_add(line, "a pointer to byte %llu of ", number(snapshot->owner_offset));
    } else {
        line_add(line, "a pointer to %llu bytes before ", number(before));
    }
    name_block(line, owner);
    add_history(line, explained, owner);
    line_add(line, ": a link of a free list?");
}

void explain_owner(const struct explained *explained, struct line *line) {
    const struct ac_snapshot *snapshot = explain_snapshot(explained);
    if (snapshot == NULL || snapshot->bytes == 0) {
        return;
    }
    switch (snapshot->of) {
    case AC_BYTES_ZERO:
        line_add(line, "zero, all of them");
        return;
    case AC_BYTES_SAME:
        line_add(line, "0x%02x, all of them",
                 snapshot->actual[explained->finding->first_wrong - snapshot->window]);
        return;
    case AC_BYTES_OF_BLOCK:
        add_pattern(line, explained);
        return;
    case AC_BYTES_POINTER:
        add_pointer(line, explained);
        return;
    default:
        line_add(line, "of no block of this program: the allocator's own?");
    }
}

void explain_wrong(const struct explained *explained, struct line *line) {
    const struct ac_finding *finding = explained->finding;
    const struct ac_snapshot *snapshot = explain_snapshot(explained);
    if (!is_about_bytes(explained)) {
        return;
    }
    if (finding->first_wrong == finding->last_wrong) {
        line_add(line, "byte %llu", number(finding->first_wrong));
    } else {
        line_add(line, "bytes %llu to %llu", number(finding->first_wrong),
                 number(finding->last_wrong));
    }
    if (snapshot != NULL && snapshot->bytes != 0) {
        line_add(line, " of ");
        name_block(line, &snapshot->block);
        line_add(line, ", %llu bytes", number(snapshot->block.size));
    }
}

/* --- as they are --- */

static uint32_t row_end(const struct ac_snapshot *snapshot, uint32_t row) {
    return row + ROW < snapshot->bytes ? row + ROW : snapshot->bytes;
}

static bool is_wrong(const struct ac_snapshot *snapshot, uint32_t row) {
    for (uint32_t i = row; i < row_end(snapshot, row); i++) {
        if (snapshot->actual[i] != snapshot->expected[i]) {
            return true;
        }
    }
    return false;
}

static void print_row(const struct ac_snapshot *snapshot, uint32_t row, FILE *to) {
    fprintf(to, "  %8llu ", number(snapshot->window + row));
    for (uint32_t i = row; i < row_end(snapshot, row); i++) {
        fprintf(to, " %02x", snapshot->actual[i]);
    }
    fputc('\n', to);
}

static void print_expected(const struct ac_snapshot *snapshot, uint32_t row, FILE *to) {
    uint32_t last = row;
    for (uint32_t i = row; i < row_end(snapshot, row); i++) {
        last = snapshot->actual[i] != snapshot->expected[i] ? i : last;
    }
    fprintf(to, "     not: ");
    for (uint32_t i = row; i <= last; i++) {
        if (snapshot->actual[i] != snapshot->expected[i]) {
            fprintf(to, " %02x", snapshot->expected[i]);
        } else {
            fprintf(to, "   ");
        }
    }
    fputc('\n', to);
}

/* The rows from one before the first wrong byte on. */
void print_bytes(const struct explained *explained, FILE *to) {
    const struct ac_snapshot *snapshot = explain_snapshot(explained);
    if (snapshot == NULL || snapshot->bytes == 0) {
        return;
    }
    const uint32_t at = (uint32_t)(explained->finding->first_wrong - snapshot->window) / ROW * ROW;
    uint32_t row = at >= ROW ? at - ROW : 0;
    for (int shown = 0; row < snapshot->bytes && shown < ROWS; row += ROW, shown++) {
        print_row(snapshot, row, to);
        if (is_wrong(snapshot, row)) {
            print_expected(snapshot, row, to);
        } else if (row > at) {
            return;
        }
    }
}
