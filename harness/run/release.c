// SPDX-License-Identifier: MIT
// Ops that free.
#include "budget.h"
#include "call.h"
#include "check.h"
#include "content.h"
#include "observer.h"
#include "ops.h"
#include "request.h"
#include "step.h"

static void call_free(const struct ac_runner *runner, const struct ac_block *block,
                      enum ac_op_kind with) {
    const struct ac_allocator *allocator = runner->allocator;
    switch (with) {
    case AC_OP_FREE_SIZED:
        allocator->free_sized(runner->heap.instance, block->start, block->size);
        return;
    case AC_OP_FREE_ALIGNED_SIZED:
        allocator->free_aligned_sized(runner->heap.instance, block->start, block->alignment,
                                      block->size);
        return;
    default:
        allocator->free(runner->heap.instance, block->start);
    }
}

static unsigned journal_function(enum ac_op_kind with) {
    return with == AC_OP_FREE_SIZED           ? AC_EVENT_FREE_SIZED
           : with == AC_OP_FREE_ALIGNED_SIZED ? AC_EVENT_FREE_ALIGNED_SIZED
                                              : AC_EVENT_FREE;
}

/* Only the call. */
static int give_back(struct ac_runner *runner, const struct ac_block *block, enum ac_op_kind with) {
    ac_call_begin(runner, 0);
    ac_observe_about(runner, journal_function(with), block);
    call_free(runner, block, with);
    return ac_call_end(runner);
}

void ac_free_unknown(struct ac_runner *runner, void *start) {
    const struct ac_block block = {.start = start, .id = AC_NO_BLOCK, .slot = AC_NO_SLOT};
    give_back(runner, &block, AC_OP_FREE);
}

static void remember(struct ac_runner *runner, const struct ac_block *block) {
    uint64_t calls = runner->report->counts.calls;
    /* A resized block may lie where a new block of its size would not. */
    bool plain = block->by == AC_FN_MALLOC || block->by == AC_FN_CALLOC;
    bool own = block->thread == runner->thread; /* else it goes to another thread's cache */
    runner->model.last_freed =
        (struct ac_last_freed){plain && own ? calls : 0, block->size, runner->thread};
    if (block->slot >= 0) {
        struct ac_slot *slot = ac_blocks_slot(&runner->model.blocks, (uint32_t)block->slot);
        slot->stale = block->start;
        slot->stale_size = block->size;
        slot->stale_since = calls;
    }
}

void ac_free_block(struct ac_runner *runner, struct ac_block *block, enum ac_op_kind with) {
    if (!ac_check_content(runner, block, AC_ORACLE_INTACT))
        return;
    ac_open_block(runner, block);
    ac_check_errno_kept(runner, give_back(runner, block, with));
    ac_digest(runner, 3);
    ac_behaviour_freed(runner, block);
    remember(runner, block);
    ac_discharge(runner, block);
    ac_observe_freed(runner, block);
    ac_blocks_remove(&runner->model.blocks, block);
}

/* C23 7.24.3.4: the sized forms take only blocks of the functions that they belong to. */
static bool is_legal(const struct ac_block *block, enum ac_op_kind with) {
    switch (with) {
    case AC_OP_FREE_SIZED:
        return block->alignment == 0;
    case AC_OP_FREE_ALIGNED_SIZED:
        return block->alignment != 0 && block->by == AC_FN_ALIGNED_ALLOC;
    default:
        return true;
    }
}

static bool offers(const struct ac_allocator *allocator, enum ac_op_kind with) {
    switch (with) {
    case AC_OP_FREE_SIZED:
        return allocator->free_sized != NULL;
    case AC_OP_FREE_ALIGNED_SIZED:
        return allocator->free_aligned_sized != NULL;
    default:
        return true;
    }
}

static void release_null(struct ac_runner *runner, enum ac_op_kind with) {
    if (!ac_offers_null(runner, AC_NULL_FREE))
        return;
    const struct ac_block none = {
        .start = NULL, .alignment = 16, .id = AC_NO_BLOCK, .slot = AC_NO_SLOT};
    ac_check_errno_kept(runner, give_back(runner, &none, with));
}

void ac_do_free(struct ac_runner *runner) {
    enum ac_op_kind with = (enum ac_op_kind)ac_this_op(runner)->kind;
    uint32_t number;
    struct ac_slot *slot = ac_this_slot(runner, &number);
    if (slot == NULL)
        return;
    if (!offers(runner->allocator, with))
        runner->report->counts.not_offered++;
    else if (slot->block == NULL)
        release_null(runner, with);
    else if (slot->block->frame != 0)
        runner->report->counts.empty++;
    else if (!is_legal(slot->block, with))
        runner->report->counts.skipped++;
    else
        ac_free_block(runner, slot->block, with);
}

/* Returns the number of freed blocks. */
static uint64_t release_every(struct ac_runner *runner, uint64_t every) {
    uint64_t seen = 0;
    struct ac_block *next;
    for (struct ac_block *block = ac_blocks_oldest(&runner->model.blocks);
         block != NULL && !runner->ended; block = next) {
        next = ac_blocks_newer(&runner->model.blocks, block);
        if (block->frame == 0 && ++seen % every == 0)
            ac_free_block(runner, block, AC_OP_FREE);
    }
    return seen / every;
}

void ac_free_all(struct ac_runner *runner) {
    release_every(runner, 1);
}

void ac_do_free_every(struct ac_runner *runner) {
    size_t every = ac_resolve_operand(runner, ac_this_op(runner)->a);
    if (release_every(runner, every != 0 ? every : 1) == 0)
        runner->report->counts.empty++;
}
