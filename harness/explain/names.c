// SPDX-License-Identifier: MIT
// How blocks and places are called: by id, slot and distance, never by address.
#include "explain_private.h"

#include <stdarg.h>

enum { FAR_BITS = 32 }; /* blocks of one range of an allocator lie nearer to each other */

void line_add(struct line *line, const char *format, ...) {
    size_t room = line->length < line->capacity ? line->capacity - line->length : 0;
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(room != 0 ? line->text + line->length : NULL, room, format, arguments);
    va_end(arguments);
    line->length += written > 0 ? (size_t)written : 0;
}

const struct ac_snapshot *explain_snapshot(const struct explained *explained) {
    const struct ac_journal *journal = explained->journal;
    return journal != NULL && journal->snapshot.taken ? &journal->snapshot : NULL;
}

void name_block(struct line *line, const struct ac_snapshot_block *block) {
    if (block->id == AC_NO_BLOCK) {
        line_add(line, "what the call gave");
        return;
    }
    if (block->slot != AC_NO_SLOT) {
        line_add(line, "p%d, ", block->slot);
    }
    line_add(line, "block %u", block->id);
}

/* --- threads --- */

bool has_threads(const struct explained *explained) {
    for (size_t i = 0; i < explained->program->count; i++) {
        if (explained->program->ops[i].thread != 0) {
            return true;
        }
    }
    return false;
}

void name_thread(struct line *line, unsigned thread) {
    if (thread == 0) {
        line_add(line, "the main thread");
    } else {
        line_add(line, "thread %u", thread);
    }
}

void name_doer(struct line *line, const struct explained *explained, unsigned thread, uint32_t op) {
    const bool several = has_threads(explained);
    if (several) {
        name_thread(line, thread);
    }
    if (op < explained->program->count) {
        line_add(line, "%sop %u", several ? " at " : "", op);
    } else {
        line_add(line, "%sthe end", several ? " at " : "");
    }
}

/* --- places --- */

static uint64_t distance(uint64_t left, uint64_t right) {
    return left > right ? left - right : right - left;
}

static bool is_far(uint64_t left, uint64_t right) {
    return distance(left, right) >> FAR_BITS != 0;
}

static uint64_t lower(uint64_t lowest, const struct ac_snapshot_block *block) {
    bool is_lower = block->there && block->address < lowest && !is_far(block->address, lowest);
    return is_lower ? block->address : lowest;
}

/* Where the allocator finds its own pages. */
static void name_distance(struct line *line, const struct explained *explained, uint64_t address) {
    const struct ac_snapshot *snapshot = explain_snapshot(explained);
    uint64_t lowest = address;
    if (snapshot != NULL && snapshot->block.there) {
        lowest = lower(lower(snapshot->block.address, &snapshot->other), &snapshot->below);
    }
    if (is_far(address, lowest) || address < lowest) {
        line_add(line, "elsewhere");
    } else {
        line_add(line, "+0x%llx", (unsigned long long)(address - lowest));
    }
}

void name_place(struct line *line, const struct explained *explained, uint64_t address) {
    const struct ac_journal *journal = explained->journal;
    struct range range;
    if (journal->base == 0 || journal->page_count == 0) {
        name_distance(line, explained, address);
    } else if (!range_at(journal, address - journal->base, &range)) {
        line_add(line, "elsewhere");
    } else {
        uint64_t offset = address - journal->base - range.start;
        name_range(line, &range);
        if (offset != 0) {
            line_add(line, "+0x%llx", (unsigned long long)offset);
        }
    }
}
