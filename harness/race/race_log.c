// SPDX-License-Identifier: MIT
// When a thread owned each block for certain: from a tick after the call that gave it returned, to
// a tick before the call that freed it began. Two blocks that overlap in these times were really
// live at once, whatever the threads did in between. The ticks come from one relaxed counter, so
// that they order nothing else. Bytes that one owner wrote and another found in its block lie
// between such ticks, so two owners show up whenever one saw the other.
#include "race.h"

#include "run/check.h"
#include "run/step.h"

#include "program/memory.h"

/* Each call allocates or extends at most one block; each block ends once. */
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

static struct ac_race_log *log_of(const struct ac_runner *runner) {
    return &((struct ac_racer *)runner->observer_ctx)->log;
}

static void note_call(struct ac_runner *runner) {
    log_of(runner)->begun = tick(log_of(runner));
}

static void note_return(struct ac_runner *runner) {
    log_of(runner)->returned = tick(log_of(runner));
}

/* The slot that the op's block goes to. */
static int32_t named_slot(const struct ac_runner *runner) {
    const bool in_op = runner->at < runner->program->count;
    return in_op ? (int32_t)(ac_this_op(runner)->slot + runner->round) : AC_NO_SLOT;
}

static size_t reach_of(const struct ac_block *block) {
    const bool more = block->usable != AC_UNKNOWN && block->usable > block->owned;
    return more ? block->usable : block->owned;
}

static void note(struct ac_runner *runner, const struct ac_block *block, bool live, uint64_t at) {
    struct ac_race_log *log = log_of(runner);
    if (log->count < EVENTS) {
        log->events[log->count++] = (struct ac_race_event){.tick = at,
                                                           .start = block->start,
                                                           .size = block->size,
                                                           .reach = reach_of(block),
                                                           .op = (uint32_t)runner->at,
                                                           .round = runner->round,
                                                           .id = block->id,
                                                           .slot = named_slot(runner),
                                                           .live = live};
    }
}

static void note_allocated(struct ac_runner *runner, const struct ac_block *block) {
    note(runner, block, true, log_of(runner)->returned);
}

static void note_freed(struct ac_runner *runner, const struct ac_block *block) {
    note(runner, block, false, log_of(runner)->begun);
}

/* Logged as freed and live again, with more bytes. */
static void note_extended(struct ac_runner *runner, const struct ac_block *block) {
    if (reach_of(block) > block->size) {
        note(runner, block, false, log_of(runner)->returned);
        note(runner, block, true, log_of(runner)->returned);
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

/* The thread with the earliest event left; NULL: none is left. */
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

static void find_two_owners(struct ac_runner *runner, const struct ac_race_event *event,
                            const struct ac_block *other) {
    const ptrdiff_t apart = event->start - other->start;
    ac_fail(
        runner, AC_ORACLE_DISJOINT, other, NULL, "memory that overlaps no live block",
        "%zu bytes, starting %td bytes from the start of a block of %zu bytes that was allocated "
        "meanwhile",
        event->reach, apart, other->size);
    runner->report->finding.other_slot = event->slot;
    runner->report->finding.thread = ac_this_op(runner)->thread;
}

static void merge_live(struct ac_runner *runner, const struct ac_race_event *event) {
    const struct ac_block *other =
        ac_blocks_overlapping(&runner->model.blocks, event->start, event->reach, NULL);
    ac_move_to(runner, event->op, event->round);
    if (ac_checks(runner, AC_ORACLE_DISJOINT) && other != NULL)
        find_two_owners(runner, event, other);
    struct ac_block *block =
        other == NULL ? ac_blocks_add(&runner->model.blocks, event->start, event->size, 0) : NULL;
    if (block != NULL) {
        block->owned = event->reach;
        block->id = event->id;
        block->slot = event->slot;
    }
}

static void merge_freed(struct ac_runner *runner, const struct ac_race_event *event) {
    struct ac_block *block =
        ac_blocks_overlapping(&runner->model.blocks, event->start, event->size, NULL);
    if (block != NULL && block->start == event->start)
        ac_blocks_remove(&runner->model.blocks, block);
}

/* --- live blocks at the end --- */

static void copy_known(struct ac_runner *runner, const struct ac_block *known) {
    struct ac_block *block =
        ac_blocks_overlapping(&runner->model.blocks, known->start, known->size, NULL);
    if (block == NULL || block->start != known->start)
        return;
    ac_race_copy_known(block, known);
    block->slot = AC_NO_SLOT;
    if (known->slot >= 0)
        ac_blocks_name(&runner->model.blocks, block, (uint32_t)known->slot);
}

static void copy_all_known(struct ac_race *race) {
    for (unsigned i = 0; i < race->count; i++) {
        const struct ac_blocks *blocks = &race->racers[i].runner.model.blocks;
        for (const struct ac_block *known = ac_blocks_oldest(blocks); known != NULL;
             known = ac_blocks_newer(blocks, known))
            copy_known(race->runner, known);
    }
}

void ac_race_merge(struct ac_race *race) {
    struct ac_racer *racer;
    while (!race->runner->report->found && (racer = first_of(race)) != NULL) {
        const struct ac_race_event *event = &racer->log.events[racer->log.merged++];
        if (event->live)
            merge_live(race->runner, event);
        else
            merge_freed(race->runner, event);
    }
    if (!race->runner->report->found)
        copy_all_known(race);
}
