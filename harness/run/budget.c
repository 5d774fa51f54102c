// SPDX-License-Identifier: MIT
#include "budget.h"

#include "request.h"

#include "model/pattern.h"

enum { SHARE_OF_LIVE = 2, SHARE_OF_ONE = 4 }; /* of the memory limit: a half, a quarter */

/* The most that the harness touches of a block that its pattern samples. */
static const uint64_t most_sampled = 2 * AC_EDGE + (uint64_t)AC_STRIDES * AC_STRIDE;

/* True if the function may clear or copy as much as it allocates. */
static bool touches_all(enum ac_function function) {
    return function == AC_FN_CALLOC || function == AC_FN_REALLOC || function == AC_FN_REALLOCARRAY;
}

static uint64_t touched(enum ac_function function, uint64_t size) {
    return touches_all(function) || size < most_sampled ? size : most_sampled;
}

uint64_t ac_touched(const struct ac_block *block) {
    return touched((enum ac_function)block->by, block->size);
}

void ac_charge(struct ac_runner *runner, const struct ac_block *block) {
    runner->model.touched += ac_touched(block);
}

void ac_discharge(struct ac_runner *runner, const struct ac_block *block) {
    runner->model.touched -= ac_touched(block);
}

static bool fits_memory(const struct ac_runner *runner, const struct ac_request *request) {
    uint64_t memory = runner->options.memory, more = touched(request->function, request->total);
    bool grows = request->old == NULL || request->total > request->old->size;
    if (grows && touches_all(request->function) && request->total >= memory / SHARE_OF_ONE)
        return false;
    return runner->model.touched + more <= memory / SHARE_OF_LIVE;
}

static bool fits_limit(const struct ac_runner *runner, const struct ac_request *request) {
    uint64_t limit = runner->program->head.limit;
    return request->total <= limit && runner->model.blocks.live_bytes <= limit - request->total;
}

/* True if the source, or the machine, may not have enough. */
static bool may_exhaust(const struct ac_runner *runner, const struct ac_request *request) {
    uint64_t memory =
        runner->heap.source != NULL ? runner->heap.pages.limit : runner->options.memory;
    uint64_t live = runner->model.blocks.live_bytes + runner->model.blocks.frame_bytes;
    return request->total > memory / SHARE_OF_ONE || request->alignment > memory / SHARE_OF_ONE ||
           live + request->total + request->alignment > memory / SHARE_OF_ONE;
}

static bool may_end_process(const struct ac_runner *runner, const struct ac_request *request) {
    const struct ac_profile *profile = runner->profile;
    if (request->wraps || request->total > PTRDIFF_MAX)
        return profile->impossible_ends_process && !ac_guarantees_refusal(runner, request);
    return profile->exhaustion_ends_process && may_exhaust(runner, request);
}

bool ac_fits_budget(const struct ac_runner *runner, const struct ac_request *request) {
    size_t largest_alignment = runner->profile->largest_alignment;
    if (largest_alignment != 0 && request->alignment > largest_alignment)
        return false;
    if (may_end_process(runner, request))
        return false;
    if (runner->heap.source != NULL || ac_is_impossible(runner, request))
        return true;
    return fits_limit(runner, request) && fits_memory(runner, request);
}

bool ac_misuse_fits_budget(const struct ac_runner *runner, size_t size) {
    return runner->heap.source != NULL || size < runner->options.memory / SHARE_OF_ONE ||
           size > PTRDIFF_MAX;
}
