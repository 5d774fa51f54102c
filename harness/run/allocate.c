// SPDX-License-Identifier: MIT
// Ops that allocate.
#include "budget.h"
#include "call.h"
#include "check.h"
#include "content.h"
#include "invoke.h"
#include "observer.h"
#include "ops.h"
#include "request.h"
#include "step.h"

/* The most that the call may copy or clear. */
static uint64_t effort(const struct ac_request *request) {
    if (request->wraps || request->total > PTRDIFF_MAX)
        return 0;
    return request->old != NULL && request->old->size < request->total ? request->old->size
                                                                       : request->total;
}

static struct ac_answer ask(struct ac_runner *runner, const struct ac_request *request) {
    const struct ac_arguments arguments = {.old = request->old != NULL ? request->old->start : NULL,
                                           .alignment = request->alignment,
                                           .count = request->count,
                                           .size = request->size};
    ac_call_begin(runner, effort(request));
    ac_observe_requested(runner, request);
    const struct ac_invoked invoked =
        ac_invoke(runner->allocator, runner->heap.instance, request->function, &arguments);
    const int error = ac_call_end(runner);
    const struct ac_answer answer = {
        .block = invoked.block,
        .error = request->function == AC_FN_POSIX_MEMALIGN ? invoked.result : error,
        .out_changed = invoked.out_changed,
        .refused = ac_pages_were_refused(runner)};
    ac_digest(runner, answer.block != NULL ? 1 : 2 + (uint64_t)answer.error);
    /* An allocator may give its caches back before it refuses. */
    runner->model.uncached |= answer.block == NULL && request->total > 0;
    ac_record_answer(runner, request, &answer);
    ac_observe_answered(runner, request, &answer);
    ac_behaviour_answer(runner, request, &answer);
    return answer;
}

static bool may_ask(struct ac_runner *runner, const struct ac_request *request) {
    if (!ac_offers(runner->allocator, request->function)) {
        runner->report->counts.not_offered++;
        return false;
    }
    if (!ac_fits_budget(runner, request)) {
        runner->report->counts.over_limit++;
        return false;
    }
    return true;
}

static void note_peaks(struct ac_runner *runner, const struct ac_request *request) {
    struct ac_report *report = runner->report;
    if (request->total > runner->model.largest)
        runner->model.largest = request->total;
    if (request->total > runner->model.largest_plain &&
        request->alignment <= runner->profile->min_alignment)
        runner->model.largest_plain = request->total;
    runner->model.uncached |= request->total > runner->profile->cached_size ||
                              request->alignment > runner->profile->min_alignment;
    if (runner->model.blocks.live_bytes > report->live_peak)
        report->live_peak = runner->model.blocks.live_bytes;
}

static void allocate(struct ac_runner *runner, const struct ac_request *request, uint32_t slot) {
    struct ac_answer answer = ask(runner, request);
    if (answer.block == NULL) {
        ac_check_refused(runner, request, &answer);
        return;
    }
    if (ac_is_accepted_grant(runner, request, &answer)) {
        ac_free_unknown(runner, answer.block);
        return;
    }
    if (!ac_check_granted(runner, request, &answer))
        return;
    struct ac_block *block = ac_add_block(runner, answer.block, request->total, 0);
    if (block != NULL) {
        block->alignment = request->alignment;
        block->by = (uint8_t)request->function;
        ac_charge(runner, block);
        ac_blocks_name(&runner->model.blocks, block, slot);
        note_peaks(runner, request);
    }
}

static struct ac_request request_of(const struct ac_runner *runner, const struct ac_op *op) {
    const enum ac_function function = ac_function_of_op((enum ac_op_kind)op->kind);
    const struct ac_arguments arguments = ac_arguments_of(
        function, ac_resolve_operand(runner, op->a), ac_resolve_operand(runner, op->b));
    struct ac_request request = {.function = function,
                                 .count = arguments.count,
                                 .size = arguments.size,
                                 .alignment = arguments.alignment};
    ac_request_complete(&request);
    return request;
}

void ac_do_allocate(struct ac_runner *runner) {
    struct ac_request request = request_of(runner, ac_this_op(runner));
    uint32_t slot;
    if (ac_this_slot(runner, &slot) != NULL && may_ask(runner, &request))
        allocate(runner, &request, slot);
}

/* True if nothing is live, no allocator frame holds memory, and no other thread's cache does. */
static bool may_have_all(const struct ac_runner *runner) {
    for (unsigned i = 0; i < AC_MAX_THREADS; i++)
        if (runner->threads[i].depth != 0 || (runner->threads[i].used && i != runner->thread))
            return false;
    return !runner->corrupted;
}

void ac_do_largest(struct ac_runner *runner) {
    uint32_t slot;
    if (ac_this_slot(runner, &slot) == NULL)
        return;
    ac_free_all(runner);
    if (runner->ended || runner->model.largest == 0) {
        runner->report->counts.empty += !runner->ended;
        return;
    }
    struct ac_request request = {
        .function = AC_FN_MALLOC, .count = 1, .size = runner->model.largest};
    ac_request_complete(&request);
    if (may_ask(runner, &request)) {
        /* An aligned block may come from where malloc does not look. */
        request.largest_again = may_have_all(runner) && runner->model.largest_plain == request.size;
        allocate(runner, &request, slot);
    }
}

/* --- realloc --- */

/* True if this realloc to 0 bytes freed the block. */
static bool has_freed(const struct ac_runner *runner, const struct ac_request *request) {
    const enum ac_zero_size reading = runner->profile->resize_zero[request->function];
    return request->total == 0 && !request->wraps &&
           (reading == AC_ZERO_FREES || reading == AC_ZERO_EITHER);
}

static void remember_stale(struct ac_runner *runner, struct ac_slot *slot, uint8_t *start,
                           size_t size) {
    slot->stale = start;
    slot->stale_size = size;
    slot->stale_since = runner->report->counts.calls;
}

static void keep_old(struct ac_runner *runner, const struct ac_request *request,
                     const struct ac_answer *answer) {
    struct ac_block *old = request->old;
    if (has_freed(runner, request)) {
        if (old->slot >= 0) {
            remember_stale(runner, ac_blocks_slot(&runner->model.blocks, (uint32_t)old->slot),
                           old->start, old->size);
        }
        ac_discharge(runner, old);
        ac_observe_freed(runner, old);
        ac_blocks_remove(&runner->model.blocks, old);
        return;
    }
    old->failed_resize = true;
    ac_close_block(runner, old);
    ac_check_refused(runner, request, answer);
}

static void move_old(struct ac_runner *runner, const struct ac_request *request,
                     const struct ac_answer *answer, uint32_t slot) {
    struct ac_block *old = request->old;
    uint8_t *old_start = old->start;
    size_t old_size = old->size, kept = ac_kept_bytes(runner, old, request->total);
    if (!ac_check_granted(runner, request, answer))
        return;
    ac_digest(runner, runner->heap.source != NULL && old_start != answer->block);
    struct ac_slot *from = old->slot >= 0 ? &runner->model.blocks.slots[old->slot] : NULL;
    ac_discharge(runner, old);
    ac_observe_moves(runner, old);
    ac_blocks_move(&runner->model.blocks, old, answer->block, request->total);
    ac_observe_allocated(runner, old);
    old->by = (uint8_t)request->function;
    ac_charge(runner, old);
    old->alignment = runner->profile->realloc_keeps_alignment ? old->alignment : 0;
    ac_fill_block(runner, old, kept);
    ac_close_block(runner, old);
    ac_blocks_name(&runner->model.blocks, old, slot);
    if (from != NULL)
        remember_stale(runner, from, old_start, old_size);
    note_peaks(runner, request);
}

static void resize(struct ac_runner *runner, struct ac_request *request, uint32_t slot) {
    if (!ac_check_content(runner, request->old, AC_ORACLE_INTACT))
        return;
    ac_open_block(runner, request->old);
    struct ac_answer answer = ask(runner, request);
    if (answer.block == NULL)
        keep_old(runner, request, &answer);
    else
        move_old(runner, request, &answer, slot);
}

void ac_do_resize(struct ac_runner *runner) {
    struct ac_request request = request_of(runner, ac_this_op(runner));
    uint32_t slot, number;
    struct ac_slot *to = ac_this_slot(runner, &slot);
    struct ac_slot *from = ac_from_slot(runner, &number);
    if (to == NULL || from == NULL)
        return;
    if (from->block != NULL && from->block->frame != 0) {
        runner->report->counts.empty++;
        return;
    }
    request.old = from->block;
    if (request.old == NULL && !ac_offers_null(runner, AC_NULL_REALLOC))
        return;
    if (!may_ask(runner, &request))
        return;
    if (request.old == NULL)
        allocate(runner, &request, slot);
    else
        resize(runner, &request, slot);
}
