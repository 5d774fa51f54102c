// SPDX-License-Identifier: MIT
// Ops that ask for a block.
#include "observer.h"

/* Stands in the out pointer of posix_memalign before the call. */
static char untouched;

static void ask_posix_memalign(struct ac_runner *runner, const struct ac_request *request,
                               struct ac_answer *answer) {
    void *out = &untouched;
    answer->error =
        runner->allocator->posix_memalign(runner->heap, &out, request->alignment, request->size);
    answer->block = answer->error == 0 ? out : NULL;
    answer->out_changed = answer->error != 0 && out != &untouched && out != NULL;
}

static void *call(const struct ac_runner *runner, const struct ac_request *request) {
    const struct ac_allocator *allocator = runner->allocator;
    void *heap = runner->heap;
    void *old = request->old != NULL ? request->old->start : NULL;
    switch (request->function) {
    case AC_FN_CALLOC:
        return allocator->calloc(heap, request->count, request->size);
    case AC_FN_REALLOC:
        return allocator->realloc(heap, old, request->size);
    case AC_FN_REALLOCARRAY:
        return allocator->reallocarray(heap, old, request->count, request->size);
    case AC_FN_ALIGNED_ALLOC:
        return allocator->aligned_alloc(heap, request->alignment, request->size);
    case AC_FN_MEMALIGN:
        return allocator->memalign(heap, request->alignment, request->size);
    default:
        return allocator->malloc(heap, request->size);
    }
}

/* Bytes that the call may have to copy or clear. */
static uint64_t effort(const struct ac_request *request) {
    if (request->wraps || request->total > PTRDIFF_MAX) {
        return 0;
    }
    return request->old != NULL && request->old->size < request->total ? request->old->size
                                                                       : request->total;
}

static struct ac_answer ask(struct ac_runner *runner, const struct ac_request *request) {
    struct ac_answer answer = {0};
    ac_call_begin(runner, effort(request));
    ac_observe_requested(runner, request);
    if (request->function == AC_FN_POSIX_MEMALIGN) {
        ask_posix_memalign(runner, request, &answer);
        ac_call_end(runner);
    } else {
        answer.block = call(runner, request);
        answer.error = ac_call_end(runner);
    }
    answer.refused = ac_was_refused(runner);
    ac_digest(runner, answer.block != NULL ? 1 : 2 + (uint64_t)answer.error);
    ac_keep_answer(runner, request, &answer);
    ac_observe_answered(runner, request, &answer);
    ac_behaviour_answer(runner, request, &answer);
    return answer;
}

static bool may_ask(struct ac_runner *runner, const struct ac_request *request) {
    if (!ac_offers(runner->allocator, request->function)) {
        runner->report->counts.not_offered++;
        return false;
    }
    if (!ac_within_budget(runner, request)) {
        runner->report->counts.cut++;
        return false;
    }
    return true;
}

static void note_peaks(struct ac_runner *runner, const struct ac_request *request) {
    struct ac_report *report = runner->report;
    if (request->total > runner->largest) {
        runner->largest = request->total;
    }
    runner->uncached |= request->total > runner->profile->cached_size ||
                        request->alignment > runner->profile->min_alignment;
    if (runner->blocks.live_bytes > report->live_peak) {
        report->live_peak = runner->blocks.live_bytes;
    }
}

static void allocate(struct ac_runner *runner, const struct ac_request *request, uint32_t slot) {
    struct ac_answer answer = ask(runner, request);
    if (answer.block == NULL) {
        ac_check_refused(runner, request, &answer);
        return;
    }
    if (!ac_check_granted(runner, request, &answer)) {
        return;
    }
    struct ac_block *block = ac_adopt(runner, answer.block, request->total, 0);
    if (block != NULL) {
        block->alignment = request->alignment;
        block->by = (uint8_t)request->function;
        ac_charge(runner, block);
        ac_blocks_name(&runner->blocks, block, slot);
        note_peaks(runner, request);
    }
}

static enum ac_function function_of(enum ac_op_kind kind) {
    switch (kind) {
    case AC_OP_CALLOC:
        return AC_FN_CALLOC;
    case AC_OP_REALLOC:
        return AC_FN_REALLOC;
    case AC_OP_REALLOCARRAY:
        return AC_FN_REALLOCARRAY;
    case AC_OP_ALIGNED_ALLOC:
        return AC_FN_ALIGNED_ALLOC;
    case AC_OP_POSIX_MEMALIGN:
        return AC_FN_POSIX_MEMALIGN;
    case AC_OP_MEMALIGN:
        return AC_FN_MEMALIGN;
    default:
        return AC_FN_MALLOC;
    }
}

static struct ac_request request_of(const struct ac_runner *runner, const struct ac_op *op) {
    struct ac_request request = {.function = function_of((enum ac_op_kind)op->kind), .count = 1};
    size_t first = ac_resolve_operand(runner, op->a);
    request.size = ac_resolve_operand(runner, op->b);
    if (op->kind == AC_OP_CALLOC || op->kind == AC_OP_REALLOCARRAY) {
        request.count = first;
    } else if (op->kind != AC_OP_MALLOC && op->kind != AC_OP_REALLOC) {
        request.alignment = first;
    }
    ac_request_complete(&request);
    return request;
}

void ac_do_allocate(struct ac_runner *runner) {
    struct ac_request request = request_of(runner, ac_this_op(runner));
    uint32_t slot;
    if (ac_this_slot(runner, &slot) != NULL && may_ask(runner, &request)) {
        allocate(runner, &request, slot);
    }
}

/* Nothing is live, no frame of the allocator's holds memory, and no other thread keeps any. */
static bool may_have_all(const struct ac_runner *runner) {
    for (unsigned i = 0; i < AC_MAX_THREADS; i++) {
        if (runner->threads[i].depth != 0 || (runner->threads[i].used && i != runner->thread)) {
            return false;
        }
    }
    return !runner->corrupted;
}

void ac_do_largest(struct ac_runner *runner) {
    uint32_t slot;
    if (ac_this_slot(runner, &slot) == NULL) {
        return;
    }
    ac_release_all(runner);
    if (runner->ended || runner->largest == 0) {
        runner->report->counts.empty += !runner->ended;
        return;
    }
    struct ac_request request = {.function = AC_FN_MALLOC, .count = 1, .size = runner->largest};
    ac_request_complete(&request);
    if (may_ask(runner, &request)) {
        runner->largest_again = may_have_all(runner);
        allocate(runner, &request, slot);
        runner->largest_again = false;
    }
}

/* --- realloc --- */

/* Where realloc took the block away without giving one: a request for 0 bytes, freed. */
static bool has_freed(const struct ac_runner *runner, const struct ac_request *request) {
    return request->total == 0 && !request->wraps &&
           (runner->profile->realloc_zero == AC_ZERO_FREES ||
            runner->profile->realloc_zero == AC_ZERO_EITHER);
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
            remember_stale(runner, ac_blocks_slot(&runner->blocks, (uint32_t)old->slot), old->start,
                           old->size);
        }
        ac_discharge(runner, old);
        ac_observe_freed(runner, old);
        ac_blocks_remove(&runner->blocks, old);
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
    size_t old_size = old->size, kept = old->owned < request->total ? old->owned : request->total;
    if (!ac_check_granted(runner, request, answer)) {
        return;
    }
    ac_digest(runner, runner->source != NULL && old_start != answer->block);
    struct ac_slot *from = old->slot >= 0 ? &runner->blocks.slots[old->slot] : NULL;
    ac_discharge(runner, old);
    ac_observe_moves(runner, old);
    ac_blocks_move(&runner->blocks, old, answer->block, request->total);
    ac_observe_allocated(runner, old);
    old->by = (uint8_t)request->function;
    ac_charge(runner, old);
    old->alignment = runner->profile->realloc_keeps_alignment ? old->alignment : 0;
    ac_cover(runner, old, kept);
    ac_close_block(runner, old);
    ac_blocks_name(&runner->blocks, old, slot);
    if (from != NULL) {
        remember_stale(runner, from, old_start, old_size);
    }
    note_peaks(runner, request);
}

static void resize(struct ac_runner *runner, struct ac_request *request, uint32_t slot) {
    if (!ac_verify(runner, request->old, AC_ORACLE_INTACT)) {
        return;
    }
    ac_open_block(runner, request->old);
    struct ac_answer answer = ask(runner, request);
    if (answer.block == NULL) {
        keep_old(runner, request, &answer);
    } else {
        move_old(runner, request, &answer, slot);
    }
}

void ac_do_resize(struct ac_runner *runner) {
    struct ac_request request = request_of(runner, ac_this_op(runner));
    uint32_t slot, number;
    struct ac_slot *to = ac_this_slot(runner, &slot);
    struct ac_slot *from = ac_from_slot(runner, &number);
    if (to == NULL || from == NULL) {
        return;
    }
    if (from->block != NULL && from->block->frame != 0) {
        runner->report->counts.empty++;
        return;
    }
    request.old = from->block;
    if (!may_ask(runner, &request)) {
        return;
    }
    if (request.old == NULL) {
        allocate(runner, &request, slot);
    } else {
        resize(runner, &request, slot);
    }
}
