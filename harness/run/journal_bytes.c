// SPDX-License-Identifier: MIT
// Where wrong bytes come from: the pattern that they have names a block; an allocator writes only a
// few marks.
#include "journal.h"

#include <string.h>

enum {
    CERTAIN = 6,        /* bytes of a pattern that are no coincidence, wherever they lie, and */
    CERTAIN_INSIDE = 3, /* where the pattern's block lies or lay */
    MOST = 16,          /* bytes compared */
    MOST_OF_BLOCK = 1 << 20, /* bytes searched of one block, and */
    EFFORT = 1 << 24,        /* of all blocks */
    NEAR = 1 << 20,          /* bytes between a pointer and its block */
    POINTER = sizeof(uint64_t),
};

/* The first run of wrong bytes in a window. */
struct stretch {
    const uint8_t *bytes;
    size_t count;
    size_t at; /* of the first, in the window */
};

static struct stretch first_stretch(const struct ac_snapshot *snapshot,
                                    const struct ac_wrong *wrong) {
    struct stretch stretch = {.at = wrong->first - (size_t)snapshot->window};
    stretch.bytes = snapshot->actual + stretch.at;
    while (stretch.at + stretch.count < snapshot->bytes &&
           snapshot->actual[stretch.at + stretch.count] !=
               snapshot->expected[stretch.at + stretch.count])
        stretch.count++;
    return stretch;
}

static bool all_are(const struct ac_snapshot *snapshot, uint8_t value) {
    for (uint32_t i = 0; i < snapshot->bytes; i++)
        if (snapshot->actual[i] != snapshot->expected[i] && snapshot->actual[i] != value)
            return false;
    return true;
}

static bool is_repeated(const struct ac_snapshot *snapshot, const struct stretch *stretch) {
    return stretch->count > 1 && all_are(snapshot, stretch->bytes[0]);
}

/* --- another block's pattern --- */

static bool gives_block(const struct ac_event *event) {
    return ac_event_gives(event) && event->block != AC_NO_BLOCK;
}

/* True if the bytes lie within the block. */
static bool lies_inside(const struct ac_event *event, const struct ac_snapshot *snapshot,
                        const struct stretch *stretch, size_t *offset) {
    uint64_t address = snapshot->block.address + snapshot->window + stretch->at;
    *offset = (size_t)(address - event->address);
    return address >= event->address && address - event->address < event->size;
}

static bool has_pattern_of(const struct ac_event *event, const struct ac_snapshot *snapshot,
                           const struct stretch *stretch, size_t *effort, size_t *offset) {
    const uint64_t seed = ac_pattern_seed(event->block);
    const size_t count = stretch->count < MOST ? stretch->count : MOST;
    if (count >= CERTAIN_INSIDE && lies_inside(event, snapshot, stretch, offset) &&
        ac_pattern_is(stretch->bytes, count, seed, *offset))
        return true;
    const size_t size = event->size < MOST_OF_BLOCK ? (size_t)event->size : MOST_OF_BLOCK;
    if (count < CERTAIN || *effort < size)
        return false;
    *effort -= size;
    return ac_pattern_find(stretch->bytes, count, seed, size, offset);
}

/* Names the latest block, live or freed, whose pattern these bytes are. */
static bool find_owner(const struct ac_journal *journal, struct ac_snapshot *snapshot,
                       const struct stretch *stretch) {
    size_t effort = EFFORT, offset;
    for (uint32_t i = journal->count; i > 0; i--) {
        const struct ac_event *event = &journal->at[i - 1];
        if (gives_block(event) && has_pattern_of(event, snapshot, stretch, &effort, &offset)) {
            ac_snapshot_block_of(journal, event, &snapshot->owner);
            snapshot->owner_offset = offset;
            return true;
        }
    }
    return false;
}

/* --- a pointer --- */

static uint64_t distance(const struct ac_event *event, uint64_t pointer) {
    return pointer >= event->address ? pointer - event->address : event->address - pointer;
}

static const struct ac_event *nearest_block(const struct ac_journal *journal, uint64_t pointer) {
    const struct ac_event *near = NULL;
    for (uint32_t i = journal->count; i > 0; i--) {
        const struct ac_event *event = &journal->at[i - 1];
        if (gives_block(event) && distance(event, pointer) < NEAR &&
            (near == NULL || distance(event, pointer) < distance(near, pointer)))
            near = event;
    }
    return near;
}

/* The aligned word that holds the first wrong byte. */
static bool word_of(const struct ac_snapshot *snapshot, const struct stretch *stretch,
                    uint64_t *word) {
    uint64_t address = snapshot->block.address + snapshot->window + stretch->at;
    size_t before = (size_t)(address % POINTER);
    if (before > stretch->at || stretch->at - before + POINTER > snapshot->bytes)
        return false;
    memcpy(word, stretch->bytes - before, POINTER);
    return *word != 0;
}

/* True for an address in pages of the source, given back or not. */
static bool is_in_pages(const struct ac_journal *journal, uint64_t pointer) {
    const uint64_t offset = pointer - journal->base;
    for (uint32_t i = 0; journal->base != 0 && i < journal->page_count; i++) {
        const struct ac_source_entry *entry = &journal->page[i];
        if (entry->result != UINT64_MAX && offset >= entry->result &&
            offset - entry->result < entry->size)
            return true;
    }
    return false;
}

static bool find_pointer(const struct ac_journal *journal, struct ac_snapshot *snapshot,
                         const struct stretch *stretch) {
    if (!word_of(snapshot, stretch, &snapshot->pointer))
        return false;
    const struct ac_event *near = nearest_block(journal, snapshot->pointer);
    if (near != NULL) {
        ac_snapshot_block_of(journal, near, &snapshot->owner);
        snapshot->owner_offset = snapshot->pointer - near->address;
    }
    return near != NULL || is_in_pages(journal, snapshot->pointer);
}

void ac_snapshot_explain_bytes(const struct ac_journal *journal, struct ac_snapshot *snapshot,
                               const struct ac_wrong *wrong) {
    const struct stretch stretch = first_stretch(snapshot, wrong);
    if (all_are(snapshot, 0))
        snapshot->origin = AC_BYTES_ZERO;
    else if (find_owner(journal, snapshot, &stretch))
        snapshot->origin = AC_BYTES_OF_BLOCK;
    else if (is_repeated(snapshot, &stretch))
        snapshot->origin = AC_BYTES_SAME;
    else if (find_pointer(journal, snapshot, &stretch))
        snapshot->origin = AC_BYTES_POINTER;
    else
        snapshot->origin = AC_BYTES_UNKNOWN;
}
