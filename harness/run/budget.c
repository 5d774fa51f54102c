// SPDX-License-Identifier: MIT
// What a program may ask for without using up the machine.
#include "runner.h"

#include "model/pattern.h"

enum { SHARE_OF_LIVE = 2, SHARE_OF_ONE = 4 }; /* parts of the bound: a half, a quarter */

/* The most that the harness touches of a block that it samples. */
static const uint64_t most_sampled = 2 * AC_EDGE + (uint64_t)AC_STRIDES * AC_STRIDE;

/* True for the calls that clear or copy as much as they allocate. */
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
    runner->touched += ac_touched(block);
}

void ac_discharge(struct ac_runner *runner, const struct ac_block *block) {
    runner->touched -= ac_touched(block);
}

static bool fits_memory(const struct ac_runner *runner, const struct ac_request *request) {
    uint64_t memory = runner->options.memory, more = touched(request->function, request->total);
    bool grows = request->old == NULL || request->total > request->old->size;
    if (grows && touches_all(request->function) && request->total >= memory / SHARE_OF_ONE) {
        return false;
    }
    return runner->touched + more <= memory / SHARE_OF_LIVE;
}

static bool fits_limit(const struct ac_runner *runner, const struct ac_request *request) {
    uint64_t limit = runner->program->head.limit;
    return request->total <= limit && runner->blocks.live_bytes <= limit - request->total;
}

/* Where there may not be enough of what a source, or the machine, gives. */
static bool may_exhaust(const struct ac_runner *runner, const struct ac_request *request) {
    uint64_t room = runner->source != NULL ? runner->pages.limit : runner->options.memory;
    uint64_t live = runner->blocks.live_bytes + runner->blocks.frame_bytes;
    return request->wraps || request->total > room / SHARE_OF_ONE ||
           request->alignment > room / SHARE_OF_ONE ||
           live + request->total + request->alignment > room / SHARE_OF_ONE;
}

bool ac_within_budget(const struct ac_runner *runner, const struct ac_request *request) {
    size_t largest_alignment = runner->profile->largest_alignment;
    if (largest_alignment != 0 && request->alignment > largest_alignment) {
        return false;
    }
    if (runner->profile->exhaustion_ends_process && !ac_guarantees_refusal(runner, request) &&
        may_exhaust(runner, request)) {
        return false;
    }
    if (runner->source != NULL || request->wraps || request->total > PTRDIFF_MAX) {
        return true;
    }
    return fits_limit(runner, request) && fits_memory(runner, request);
}

bool ac_misuse_within_budget(const struct ac_runner *runner, size_t size) {
    return runner->source != NULL || size < runner->options.memory / SHARE_OF_ONE ||
           size > PTRDIFF_MAX;
}
