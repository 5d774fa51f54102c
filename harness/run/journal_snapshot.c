// SPDX-License-Identifier: MIT
// The snapshot of memory when a check fails: the block, its neighbours, its bytes. Live blocks are
// read from the journal, so that it is the same once the process has ended.
#include "journal.h"

#include "program/memory.h"
#include "program/poison.h"

#include <string.h>

enum { BEFORE_WRONG = 32, ROW = 16 }; /* bytes shown before the first wrong one; bytes of a line */

/* --- blocks in the journal --- */

/* The first event of the last pass. */
static uint32_t first_of_pass(const struct ac_journal *journal) {
    uint32_t first = journal->count;
    while (first > 0 && journal->at[first - 1].pass == journal->at[journal->count - 1].pass)
        first--;
    return first;
}

static void note_later(struct ac_snapshot_block *to, const struct ac_event *event) {
    if (event->result == AC_EVENT_FREED) {
        to->ended = true;
        to->ended_op = event->op;
        to->ended_thread = event->thread;
    } else if (event->usable != UINT64_MAX && event->usable > to->reach) {
        to->reach = event->usable;
    }
}

void ac_snapshot_block_of(const struct ac_journal *journal, const struct ac_event *event,
                          struct ac_snapshot_block *to) {
    *to = (struct ac_snapshot_block){.there = true,
                                     .id = event->block,
                                     .slot = event->slot,
                                     .op = event->op,
                                     .round = event->round,
                                     .thread = event->thread,
                                     .address = event->address,
                                     .size = event->size,
                                     .reach = event->size};
    const struct ac_event *end = &journal->at[journal->count];
    for (const struct ac_event *later = event + 1; later < end; later++)
        if (event->block != AC_NO_BLOCK && later->block == event->block &&
            later->pass == event->pass)
            note_later(to, later);
}

/* A live block of the model, with its current slot. */
static void block_of(const struct ac_journal *journal, const struct ac_block *block,
                     struct ac_snapshot_block *to) {
    const struct ac_event *event = ac_journal_block(journal, block->id);
    *to = (struct ac_snapshot_block){.there = true,
                                     .id = block->id,
                                     .slot = block->slot,
                                     .op = event != NULL ? event->op : UINT32_MAX,
                                     .round = event != NULL ? event->round : 0,
                                     .thread = event != NULL ? event->thread : 0,
                                     .address = (uintptr_t)block->start,
                                     .size = block->size,
                                     .reach = block->owned};
    if (block->usable != AC_UNKNOWN && block->usable > to->reach)
        to->reach = block->usable;
}

/* --- the neighbours --- */

/* A walk back over the events of the last pass. Only the last event of each block counts. */
struct walk {
    const struct ac_journal *journal;
    uint8_t *seen; /* bits by id: seen */
    const struct ac_event *below, *above, *around;
};

enum { SEEN_BYTES = AC_JOURNAL_EVENTS / 8 + 1 };

static bool mark_seen(struct walk *walk, uint32_t id) {
    if (id >= AC_JOURNAL_EVENTS || (walk->seen[id / 8] >> id % 8 & 1) != 0)
        return false;
    walk->seen[id / 8] |= (uint8_t)(1u << id % 8);
    return true;
}

static void look_at(struct walk *walk, const struct ac_event *event, uint64_t address) {
    if (event->address <= address && address - event->address < event->size)
        walk->around = event;
    if (event->address < address) {
        walk->below =
            walk->below == NULL || event->address > walk->below->address ? event : walk->below;
    } else if (event->address > address) {
        walk->above =
            walk->above == NULL || event->address < walk->above->address ? event : walk->above;
    }
}

static bool is_one_of(const struct ac_snapshot *snapshot, uint32_t id) {
    return (snapshot->block.there && snapshot->block.id == id) ||
           (snapshot->other.there && snapshot->other.id == id);
}

/* Looks for the neighbours of an address, the snapshot's own blocks aside. */
static void walk_back(struct walk *walk, const struct ac_snapshot *snapshot, uint64_t address) {
    const struct ac_journal *journal = walk->journal;
    const uint32_t first = first_of_pass(journal);
    for (uint32_t i = journal->count; i > first; i--) {
        const struct ac_event *event = &journal->at[i - 1];
        const bool about_block = ac_event_gives(event) || event->result == AC_EVENT_FREED;
        if (about_block && event->block != AC_NO_BLOCK && mark_seen(walk, event->block) &&
            ac_event_gives(event) && !is_one_of(snapshot, event->block))
            look_at(walk, event, address);
    }
}

static void fill(const struct ac_journal *journal, const struct ac_event *event,
                 struct ac_snapshot_block *to) {
    if (event != NULL)
        ac_snapshot_block_of(journal, event, to);
}

static void see_neighbours(const struct ac_journal *journal, struct ac_snapshot *snapshot) {
    struct walk walk = {.journal = journal, .seen = ac_memory_new(SEEN_BYTES)};
    if (walk.seen == NULL)
        return;
    if (!snapshot->block.there && snapshot->touched != AC_NO_ADDRESS) {
        walk_back(&walk, snapshot, snapshot->touched);
        fill(journal, walk.around, &snapshot->block);
        memset(walk.seen, 0, SEEN_BYTES);
        walk.below = walk.above = NULL;
    }
    if (snapshot->block.there && snapshot->block.address != AC_NO_ADDRESS) {
        walk_back(&walk, snapshot, snapshot->block.address);
        fill(journal, walk.below, &snapshot->below);
        fill(journal, walk.above, &snapshot->above);
    }
    ac_memory_delete(walk.seen, SEEN_BYTES);
}

/* --- the bytes --- */

/* What the owner, or calloc, should have left. `end': of the comparison. */
struct content {
    const uint8_t *start;
    size_t end;                   /* of the comparison */
    const struct ac_block *block; /* with the pattern that is expected; NULL: zero */
};

AC_NO_ASAN static void copy_window(struct ac_snapshot *snapshot, const struct content *content) {
    for (uint32_t i = 0; i < snapshot->bytes; i++) {
        const size_t offset = (size_t)snapshot->window + i;
        const struct ac_block *block = content->block;
        snapshot->actual[i] = content->start[offset];
        snapshot->expected[i] = 0;
        if (block != NULL && !ac_pattern_expects(block->owned, block->seed, block->whole, offset,
                                                 &snapshot->expected[i]))
            snapshot->expected[i] = snapshot->actual[i];
    }
}

static void see_bytes(struct ac_snapshot *snapshot, const struct content *content,
                      size_t first_wrong) {
    size_t row = first_wrong / ROW * ROW;
    snapshot->window = row > BEFORE_WRONG ? row - BEFORE_WRONG : 0;
    uint64_t left = content->end - snapshot->window;
    snapshot->bytes = left < AC_SNAPSHOT_BYTES ? (uint32_t)left : AC_SNAPSHOT_BYTES;
    copy_window(snapshot, content);
}

/* --- both --- */

/* Memory that the last call gave, and that the finding keeps from becoming a block. */
static const struct ac_event *given(const struct ac_runner *runner) {
    const struct ac_journal *journal = runner->options.journal;
    const struct ac_event *event = journal->count > 0 ? &journal->at[journal->count - 1] : NULL;
    bool so = event != NULL && !journal->running && ac_event_gives(event) &&
              event->block == AC_NO_BLOCK && event->op == runner->at &&
              event->round == runner->round;
    return so ? event : NULL;
}

static uint64_t last_usable(const struct ac_journal *journal, const struct ac_block *block) {
    const struct ac_event *event = journal->count > 0 ? &journal->at[journal->count - 1] : NULL;
    return event != NULL && event->block == block->id ? event->usable : UINT64_MAX;
}

/* The block that a live one reaches into by its usable size. */
static const struct ac_block *reached(const struct ac_runner *runner,
                                      const struct ac_block *block) {
    uint64_t usable = last_usable(runner->options.journal, block);
    return usable == UINT64_MAX
               ? NULL
               : ac_blocks_overlapping(&runner->model.blocks, block->start, (size_t)usable, block);
}

static void see_given(struct ac_snapshot *snapshot, const struct ac_journal *journal,
                      const struct ac_event *event, const struct ac_block *block) {
    ac_snapshot_block_of(journal, event, &snapshot->block);
    if (block != NULL && block->id != event->old_block)
        block_of(journal, block, &snapshot->other);
}

static void see_live(struct ac_snapshot *snapshot, const struct ac_runner *runner,
                     const struct ac_block *block) {
    const struct ac_journal *journal = runner->options.journal;
    const struct ac_block *other = reached(runner, block);
    block_of(journal, block, &snapshot->block);
    if (other != NULL) {
        snapshot->block.reach = last_usable(journal, block);
        block_of(journal, other, &snapshot->other);
    }
}

/* The block that a call is about, while it runs or after it. */
static void see_call(struct ac_snapshot *snapshot, const struct ac_journal *journal,
                     const struct ac_event *event) {
    uint32_t id = event->block != AC_NO_BLOCK ? event->block : event->old_block;
    const struct ac_event *live = id != AC_NO_BLOCK ? ac_journal_block(journal, id) : NULL;
    if (live != NULL)
        ac_snapshot_block_of(journal, live, &snapshot->block);
}

static struct content content_of(const struct ac_snapshot *snapshot, enum ac_oracle oracle,
                                 const struct ac_block *block) {
    struct content content = {(const uint8_t *)(uintptr_t)snapshot->block.address,
                              (size_t)snapshot->block.size,
                              oracle == AC_ORACLE_ZEROED ? NULL : block};
    if (content.block != NULL && (snapshot->block.id == block->id || block->owned < content.end))
        content.end = block->owned; /* realloc: the lesser size was compared */
    return content;
}

void ac_journal_failure(struct ac_runner *runner, enum ac_oracle oracle,
                        const struct ac_block *block, const struct ac_wrong *wrong) {
    struct ac_journal *journal = runner->options.journal;
    struct ac_snapshot *snapshot = &journal->snapshot;
    const struct ac_event *memory = given(runner);
    *snapshot = (struct ac_snapshot){.touched = AC_NO_ADDRESS};
    if (memory != NULL)
        see_given(snapshot, journal, memory, block);
    else if (block != NULL)
        see_live(snapshot, runner, block);
    else if (ac_journal_running(journal) != NULL)
        see_call(snapshot, journal, ac_journal_running(journal));
    see_neighbours(journal, snapshot);
    if (wrong != NULL && snapshot->block.there) {
        const struct content content = content_of(snapshot, oracle, block);
        see_bytes(snapshot, &content, wrong->first);
        ac_snapshot_explain_bytes(journal, snapshot, wrong);
    }
    snapshot->taken = true;
}

void ac_journal_end(struct ac_journal *journal, uint64_t touched) {
    struct ac_snapshot *snapshot = &journal->snapshot;
    const struct ac_event *event = ac_journal_running(journal);
    *snapshot = (struct ac_snapshot){.touched = touched};
    if (touched == AC_NO_ADDRESS && event != NULL)
        see_call(snapshot, journal, event);
    see_neighbours(journal, snapshot);
    snapshot->taken = true;
}
