// SPDX-License-Identifier: MIT
// Names blocks by id and slot, and addresses by distance: real addresses differ in every process.
#include "parts.h"

#include <stdarg.h>

enum { FAR_BITS = 32 }; /* blocks in one range of an allocator lie nearer to each other */

void line_add(struct line *line, const char *format, ...) {
    size_t left = line->length < line->capacity ? line->capacity - line->length : 0;
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(left != 0 ? line->text + line->length : NULL, left, format, arguments);
    va_end(arguments);
    line->length += written > 0 ? (size_t)written : 0;
}

const struct ac_snapshot *snapshot_of(const struct evidence *evidence) {
    const struct ac_journal *journal = evidence->journal;
    return journal != NULL && journal->snapshot.taken ? &journal->snapshot : NULL;
}

void label_block(struct line *line, const struct ac_snapshot_block *block) {
    if (block->id == AC_NO_BLOCK) {
        line_add(line, "the returned block");
        return;
    }
    line_add(line, "block %u", block->id);
    if (block->slot != AC_NO_SLOT)
        line_add(line, " (p%d)", block->slot);
}

/* --- threads --- */

void label_op(struct line *line, const struct evidence *evidence, unsigned thread, uint32_t op) {
    if (ac_program_has_threads(evidence->program) && thread == 0)
        line_add(line, "the main thread at ");
    else if (ac_program_has_threads(evidence->program))
        line_add(line, "thread %u at ", thread);
    if (op < evidence->program->count)
        line_add(line, "op %u", op);
    else
        line_add(line, "the end");
}

/* --- addresses --- */

static bool is_far(uint64_t left, uint64_t right) {
    return (left > right ? left - right : right - left) >> FAR_BITS != 0;
}

static uint64_t lower(uint64_t lowest, const struct ac_snapshot_block *block) {
    bool is_lower = block->there && block->address < lowest && !is_far(block->address, lowest);
    return is_lower ? block->address : lowest;
}

/* From the lowest block shown, for an allocator that finds its own pages. */
static void label_distance(struct line *line, const struct evidence *evidence, uint64_t address) {
    const struct ac_snapshot *snapshot = snapshot_of(evidence);
    uint64_t lowest = address;
    if (snapshot != NULL && snapshot->block.there)
        lowest = lower(lower(snapshot->block.address, &snapshot->other), &snapshot->below);
    if (is_far(address, lowest) || address < lowest)
        line_add(line, "elsewhere");
    else
        line_add(line, "+0x%llx", number(address - lowest));
}

void label_address(struct line *line, const struct evidence *evidence, uint64_t address) {
    const struct ac_journal *journal = evidence->journal;
    struct range range;
    if (journal->base == 0 || journal->page_count == 0) {
        label_distance(line, evidence, address);
    } else if (!range_at(journal, address - journal->base, &range)) {
        line_add(line, "elsewhere");
    } else {
        uint64_t offset = address - journal->base - range.start;
        label_range(line, &range);
        if (offset != 0)
            line_add(line, "+0x%llx", number(offset));
    }
}
