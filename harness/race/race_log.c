// SPDX-License-Identifier: MIT
// When each block was allocated for certain: from a tick after the call that gave it returned to a
// tick before the call that took it away began. Two blocks that are live at the same time in this
// sense were allocated at the same time in fact, whatever the threads did in between; the ticks are
// of one relaxed counter, so that they order nothing but themselves. What one owner has written and
// another finds in its block lies between such ticks: so two owners are known wherever one has seen
// the other.
#include "race.h"

#include "program/memory.h"

/* Each call allocates one block at most, or tells how much of one is usable; each block ends once.
 */
enum { EVENTS = 2 * (AC_MAX_CALLS + 1) };

bool ac_race_log_init(struct ac_race_log *log, _Atomic uint64_t *clock) {
    log->clock = clock;
    log->events = ac_memory_new(EVENTS * sizeof *log->events);
    return log->events != NULL;
}

void ac_race_log_destroy(struct ac_race_log *log) {
    ac_memory_delete(log->events, EVENTS * sizeof *log->events);
}

static uint64_t tick(const struct ac_race_log *log) {
    return atomic_fetch_add_explicit(log->clock, 1, memory_order_relaxed);
}

static struct ac_race_log *log_of(const struct ac_runner *model) {
    return &((struct ac_racer *)model->observer_ctx)->log;
}

static void note_call(struct ac_runner *model) {
    log_of(model)->begun = tick(log_of(model));
}

static void note_return(struct ac_runner *model) {
    log_of(model)->returned = tick(log_of(model));
}

/* The slot that receives what the op allocates. */
static int32_t named_slot(const struct ac_runner *model) {
    const bool in_op = model->at < model->program->count;
    return in_op ? (int32_t)(ac_this_op(model)->slot + model->round) : AC_NO_SLOT;
}

static size_t reach_of(const struct ac_block *block) {
    const bool more = block->usable != AC_UNKNOWN && block->usable > block->owned;
    return more ? block->usable : block->owned;
}

static void note(struct ac_runner *model, const struct ac_block *block, bool live, uint64_t at) {
    struct ac_race_log *log = log_of(model);
    if (log->count < EVENTS) {
        log->events[log->count++] = (struct ac_race_event){.tick = at,
                                                           .start = block->start,
                                                           .size = block->size,
                                                           .reach = reach_of(block),
                                                           .op = (uint32_t)model->at,
                                                           .round = model->round,
                                                           .id = block->id,
                                                           .slot = named_slot(model),
                                                           .live = live};
    }
}

static void note_allocated(struct ac_runner *model, const struct ac_block *block) {
    note(model, block, true, log_of(model)->returned);
}

static void note_freed(struct ac_runner *model, const struct ac_block *block) {
    note(model, block, false, log_of(model)->begun);
}

/* In its place from now on: the same block, with more of its memory. */
static void note_extended(struct ac_runner *model, const struct ac_block *block) {
    if (reach_of(block) > block->size) {
        note(model, block, false, log_of(model)->returned);
        note(model, block, true, log_of(model)->returned);
    }
}

const struct ac_observer ac_race_observer = {
    .call_began = note_call,
    .call_returned = note_return,
    .allocated = note_allocated,
    .freed = note_freed,
    .moves = note_freed,
    .extended = note_extended,
    .fork_begins = ac_race_before_fork,
    .fork_returned = ac_race_after_fork,
};

/* --- all logs as one --- */

/* The thread whose next event comes first; NULL: there is none any more. */
static struct ac_racer *first_of(struct ac_race *race) {
    struct ac_racer *first = NULL;
    uint64_t earliest = UINT64_MAX;
    for (unsigned i = 0; i < race->count; i++) {
        const struct ac_race_log *log = &race->racers[i].log;
        if (log->merged < log->count && log->events[log->merged].tick < earliest) {
            earliest = log->events[log->merged].tick;
            first = &race->racers[i];
        }
    }
    return first;
}

static void find_two_owners(struct ac_runner *lead, const struct ac_race_event *event,
                            const struct ac_block *other) {
    const ptrdiff_t apart = event->start - other->start;
    ac_find(
        lead, AC_ORACLE_DISJOINT, other, NULL, "memory that nobody else has",
        "%zu bytes, starting %td bytes from the start of a block of %zu bytes that was allocated "
        "meanwhile",
        event->reach, apart, other->size);
    lead->report->finding.other_slot = event->slot;
    lead->report->finding.thread = ac_this_op(lead)->thread;
}

static void merge_live(struct ac_runner *lead, const struct ac_race_event *event) {
    const struct ac_block *other =
        ac_blocks_overlapping(&lead->blocks, event->start, event->reach, NULL);
    lead->at = event->op;
    lead->round = event->round;
    if (ac_checks(lead, AC_ORACLE_DISJOINT) && other != NULL) {
        find_two_owners(lead, event, other);
    }
    struct ac_block *block =
        other == NULL ? ac_blocks_add(&lead->blocks, event->start, event->size, 0) : NULL;
    if (block != NULL) {
        block->owned = event->reach;
        block->id = event->id;
        block->slot = event->slot;
    }
}

static void merge_freed(struct ac_runner *lead, const struct ac_race_event *event) {
    struct ac_block *block = ac_blocks_overlapping(&lead->blocks, event->start, event->size, NULL);
    if (block != NULL && block->start == event->start) {
        ac_blocks_remove(&lead->blocks, block);
    }
}

/* --- what is live at the end --- */

static void settle(struct ac_runner *lead, const struct ac_block *known) {
    struct ac_block *block = ac_blocks_overlapping(&lead->blocks, known->start, known->size, NULL);
    if (block == NULL || block->start != known->start) {
        return;
    }
    ac_race_copy_known(block, known);
    block->slot = AC_NO_SLOT;
    if (known->slot >= 0) {
        ac_blocks_name(&lead->blocks, block, (uint32_t)known->slot);
    }
}

static void settle_all(struct ac_race *race) {
    for (unsigned i = 0; i < race->count; i++) {
        const struct ac_blocks *blocks = &race->racers[i].model.blocks;
        for (const struct ac_block *known = ac_blocks_oldest(blocks); known != NULL;
             known = ac_blocks_newer(blocks, known)) {
            settle(race->lead, known);
        }
    }
}

void ac_race_merge(struct ac_race *race) {
    struct ac_racer *racer;
    while (!race->lead->report->found && (racer = first_of(race)) != NULL) {
        const struct ac_race_event *event = &racer->log.events[racer->log.merged++];
        if (event->live) {
            merge_live(race->lead, event);
        } else {
            merge_freed(race->lead, event);
        }
    }
    if (!race->lead->report->found) {
        settle_all(race);
    }
}
