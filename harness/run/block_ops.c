// SPDX-License-Identifier: MIT
// Ops that examine or fill blocks, and those that examine the heap.
#include "call.h"
#include "check.h"
#include "content.h"
#include "observer.h"
#include "ops.h"
#include "request.h"
#include "step.h"

#include "model/evidence.h"

/* `block' NULL: of NULL. */
static size_t ask_usable(struct ac_runner *runner, const struct ac_block *block) {
    ac_call_begin(runner, 0);
    ac_observe_about(runner, AC_EVENT_USABLE_SIZE, block);
    size_t usable =
        runner->allocator->usable_size(runner->heap.instance, block != NULL ? block->start : NULL);
    ac_call_end(runner);
    ac_observe_usable(runner, usable);
    ac_digest(runner, runner->heap.source != NULL ? usable : 4);
    return usable;
}

static bool check_usable_size(struct ac_runner *runner, const struct ac_block *block,
                              size_t usable) {
    const struct ac_profile *profile = runner->profile;
    const char *expected = NULL;
    const bool known = block->usable != AC_UNKNOWN;
    if (usable < block->size)
        expected = EVIDENCE_USABLE;
    else if (known && profile->usable_may_grow && usable < block->usable)
        expected = EVIDENCE_USABLE_LEAST;
    else if (known && !profile->usable_may_grow && usable != block->usable)
        expected = EVIDENCE_USABLE_SAME;
    else if (profile->usable_exact && usable != block->size)
        expected = "exactly what was asked for, as the profile guarantees";
    if (expected == NULL)
        return true;
    ac_fail(runner, AC_ORACLE_USABLE, block, NULL, expected, "usable size %zu for %zu bytes",
            usable, block->size);
    return false;
}

static bool check_usable_range(struct ac_runner *runner, const struct ac_block *block,
                               size_t usable) {
    const struct ac_block *other =
        ac_blocks_overlapping(&runner->model.blocks, block->start, usable, block);
    if (other != NULL) {
        ac_fail(runner, AC_ORACLE_USABLE, block, NULL, "a usable range that overlaps no live block",
                "%zu usable bytes reach into live block %u", usable, other->id);
        runner->report->finding.other_slot = other->slot;
        return false;
    }
    size_t extent = usable != 0 ? usable : 1;
    if (runner->heap.source != NULL &&
        !ac_source_holds(runner->heap.source, block->start, extent)) {
        ac_fail(runner, AC_ORACLE_USABLE, block, NULL, EVIDENCE_IN_SOURCE,
                "%zu usable bytes leave it", usable);
        return false;
    }
    return true;
}

/* Calls and checks the usable size of a live block. False: a check failed. */
static bool learn_usable(struct ac_runner *runner, struct ac_block *block) {
    size_t usable = ask_usable(runner, block);
    ac_behaviour_usable(runner, block->size, usable);
    if (ac_checks(runner, AC_ORACLE_USABLE) &&
        !(check_usable_size(runner, block, usable) && check_usable_range(runner, block, usable)))
        return false;
    block->usable = usable;
    ac_observe_extended(runner, block);
    return true;
}

static void do_usable(struct ac_runner *runner, struct ac_block *block) {
    if (runner->allocator->usable_size == NULL) {
        runner->report->counts.not_offered++;
    } else if (block != NULL) {
        learn_usable(runner, block);
    } else if (ac_offers_null(runner, AC_NULL_USABLE)) {
        size_t usable = ask_usable(runner, NULL);
        if (ac_checks(runner, AC_ORACLE_USABLE) && usable != 0)
            ac_fail(runner, AC_ORACLE_USABLE, NULL, NULL, EVIDENCE_USABLE_NULL, "%zu", usable);
    }
}

static void do_fill(struct ac_runner *runner, struct ac_block *block) {
    size_t kept = block->owned;
    if (!ac_check_content(runner, block, AC_ORACLE_INTACT))
        return;
    if (runner->allocator->usable_size != NULL) {
        if (!learn_usable(runner, block))
            return;
        if (block->usable > block->owned && !runner->profile->slack_reserved)
            block->owned = block->usable;
    }
    ac_fill_block(runner, block, kept);
}

void ac_do_check_all(struct ac_runner *runner) {
    if (ac_check_all_content(runner))
        ac_check_heap(runner, "the ops so far");
}

void ac_do_block_op(struct ac_runner *runner) {
    enum ac_op_kind kind = (enum ac_op_kind)ac_this_op(runner)->kind;
    uint32_t number;
    struct ac_slot *slot = ac_this_slot(runner, &number);
    if (slot == NULL)
        return;
    struct ac_block *block = slot->block;
    if (block != NULL && block->frame != 0 && kind != AC_OP_CHECK)
        runner->report->counts.empty++;
    else if (kind == AC_OP_USABLE)
        do_usable(runner, block);
    else if (block == NULL)
        runner->report->counts.empty++;
    else if (kind == AC_OP_FILL)
        do_fill(runner, block);
    else
        ac_check_content(runner, block, block->frame != 0 ? AC_ORACLE_FRAME : AC_ORACLE_INTACT);
}
