// SPDX-License-Identifier: MIT
// The observer that keeps the journal. It writes an event in place before the call and counts it
// after the call. If the process ends during a call, the journal has all events before it, and the
// call's own.
#include "journal.h"

#include "call.h"
#include "request.h"
#include "step.h"

#include "allocheck/source.h"

static struct ac_event *running_event(const struct ac_runner *runner) {
    struct ac_journal *journal = runner->options.journal;
    return &journal->at[journal->count];
}

/* The event of the last call; a spare one if the journal is full. */
static struct ac_event *last_event(const struct ac_runner *runner) {
    struct ac_journal *journal = runner->options.journal;
    const bool kept = journal->count > 0 && journal->dropped == 0;
    return &journal->at[kept ? journal->count - 1 : AC_JOURNAL_EVENTS];
}

/* The slot that the op names first, its round added, like ac_this_slot. */
static int32_t named_slot(const struct ac_runner *runner) {
    if (runner->at >= runner->program->count)
        return AC_NO_SLOT;
    const struct ac_op *op = ac_this_op(runner);
    const char first = ac_op_info((enum ac_op_kind)op->kind)->operands[0];
    return first == 'D' || first == 'P' ? (int32_t)(op->slot + runner->round) : AC_NO_SLOT;
}

static uint64_t held(const struct ac_runner *runner) {
    return runner->heap.source != NULL ? ac_source_held(runner->heap.source) : UINT64_MAX;
}

static struct ac_event begun(const struct ac_runner *runner) {
    const struct ac_journal *journal = runner->options.journal;
    return (struct ac_event){.op = (uint32_t)runner->at,
                             .round = runner->round,
                             .pass = journal->passes > 0 ? journal->passes - 1 : 0,
                             .function = AC_EVENT_FUNCTIONS,
                             .thread = (uint8_t)runner->thread,
                             .slot = AC_NO_SLOT,
                             .block = AC_NO_BLOCK,
                             .old_block = AC_NO_BLOCK,
                             .usable = UINT64_MAX,
                             .count = 1,
                             .live = runner->model.blocks.live_bytes,
                             .held = held(runner),
                             .first_page = journal->page_count};
}

static void count_event(struct ac_journal *journal) {
    if (journal->count < AC_JOURNAL_EVENTS)
        journal->count++;
    else
        journal->dropped++;
}

static void note_program(struct ac_runner *runner) {
    ac_journal_reset(runner->options.journal);
    runner->watched = NULL;
    if (runner->heap.source != NULL)
        runner->options.journal->base = (uintptr_t)ac_source_base(runner->heap.source);
}

static void note_pass(struct ac_runner *runner) {
    runner->options.journal->passes++;
}

static void note_call(struct ac_runner *runner) {
    *running_event(runner) = begun(runner);
    runner->options.journal->running = 1;
}

/* A call about the watched block may change it. */
static bool is_about(const struct ac_event *event, uint32_t block) {
    return event->block == block || event->old_block == block;
}

static void check_watched(struct ac_runner *runner, const struct ac_event *event) {
    struct ac_journal *journal = runner->options.journal;
    const struct ac_block *block = runner->watched;
    const size_t offset = (size_t)runner->options.watch.offset;
    if (block != NULL && journal->changed == 0 && !is_about(event, block->id) &&
        !ac_pattern_keeps(block->start, block->owned, block->seed, block->whole, offset))
        journal->changed = journal->count + 1;
}

static void note_return(struct ac_runner *runner) {
    struct ac_journal *journal = runner->options.journal;
    struct ac_event *event = running_event(runner);
    event->live = runner->model.blocks.live_bytes;
    event->held = held(runner);
    event->pages = journal->page_count - event->first_page;
    journal->running = 0;
    check_watched(runner, event);
    count_event(journal);
}

/* --- before a call --- */

static unsigned function_of(const struct ac_request *request) {
    if (request->in_frame)
        return request->function == AC_FN_CALLOC ? AC_EVENT_VLA : AC_EVENT_ALLOCA;
    return (unsigned)request->function;
}

static void note_request(struct ac_runner *runner, const struct ac_request *request) {
    struct ac_event *event = running_event(runner);
    event->function = (uint8_t)function_of(request);
    event->slot = named_slot(runner);
    event->count = request->count;
    event->each = request->size;
    event->size = request->total;
    event->alignment = request->alignment;
    if (request->old != NULL) {
        event->old_block = request->old->id;
        event->old_address = (uintptr_t)request->old->start;
        event->old_size = request->old->size;
    }
}

static void note_about(struct ac_runner *runner, unsigned function, const struct ac_block *block) {
    struct ac_event *event = running_event(runner);
    event->function = (uint8_t)function;
    if (block != NULL) {
        event->slot = block->id != AC_NO_BLOCK ? block->slot : named_slot(runner);
        event->block = block->id;
        event->address = (uintptr_t)block->start;
        event->each = event->size = block->size;
        event->alignment = block->alignment;
    }
}

/* --- after a call --- */

static int32_t error_of(const struct ac_answer *answer) {
    return answer->error == AC_ERRNO_CANARY ? 0 : answer->error;
}

static void note_answer(struct ac_runner *runner, const struct ac_request *request,
                        const struct ac_answer *answer) {
    struct ac_event *event = last_event(runner);
    if (answer->block == NULL) {
        event->result = AC_EVENT_REFUSED;
        event->error = error_of(answer);
    } else {
        event->result = request->old != NULL ? AC_EVENT_RESIZED : AC_EVENT_ALLOCATED;
        event->address = (uintptr_t)answer->block;
    }
}

/* Memory of the real stack is allocated too, without a call. */
static void note_allocated(struct ac_runner *runner, const struct ac_block *block) {
    struct ac_event *event = last_event(runner);
    const struct ac_watch *watch = &runner->options.watch;
    runner->watched = watch->on && watch->block == block->id ? block : runner->watched;
    const bool given = event->result == AC_EVENT_ALLOCATED || event->result == AC_EVENT_RESIZED;
    if (given && event->block == AC_NO_BLOCK && event->address == (uintptr_t)block->start) {
        event->block = block->id;
        event->live = runner->model.blocks.live_bytes;
    }
}

static void note_usable(struct ac_runner *runner, size_t usable) {
    last_event(runner)->usable = usable;
}

static void forget_watched(struct ac_runner *runner, uint32_t block) {
    if (runner->watched != NULL && runner->watched->id == block)
        runner->watched = NULL;
}

/* Also called if realloc to 0 bytes freed it. */
static void note_freed(struct ac_runner *runner, const struct ac_block *block) {
    struct ac_event *event = last_event(runner);
    if (event->result == AC_EVENT_REFUSED) {
        event->block = event->old_block;
        event->address = event->old_address;
    }
    event->result = AC_EVENT_FREED;
    event->live = runner->model.blocks.live_bytes - block->size;
    forget_watched(runner, event->block);
}

static void note_frame_block(struct ac_runner *runner, const struct ac_block *block, bool own) {
    if (own) {
        note_call(runner);
        note_about(runner, AC_EVENT_LEAVE, block);
        running_event(runner)->result = AC_EVENT_FREED;
        note_return(runner);
    }
    forget_watched(runner, block->id);
}

const struct ac_observer ac_journal_observer = {
    .program_began = note_program,
    .pass_began = note_pass,
    .call_began = note_call,
    .call_returned = note_return,
    .about = note_about,
    .requested = note_request,
    .answered = note_answer,
    .usable = note_usable,
    .allocated = note_allocated,
    .freed = note_freed,
    .frame_block_ended = note_frame_block,
    .found = ac_journal_failure,
};
