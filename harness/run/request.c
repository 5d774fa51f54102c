// SPDX-License-Identifier: MIT
#include "request.h"

#include <errno.h>

void ac_request_complete(struct ac_request *request) {
    request->total = request->count * request->size;
    request->wraps = request->size != 0 && request->total / request->size != request->count;
}

bool ac_has_valid_alignment(const struct ac_request *request) {
    switch (request->function) {
    case AC_FN_POSIX_MEMALIGN:
        return ac_is_power_of_two(request->alignment) && request->alignment % sizeof(void *) == 0;
    case AC_FN_ALIGNED_ALLOC:
    case AC_FN_MEMALIGN:
        return ac_is_power_of_two(request->alignment);
    default:
        return true;
    }
}

bool ac_is_impossible(const struct ac_runner *runner, const struct ac_request *request) {
    const size_t largest = runner->profile->largest_request;
    return request->wraps || request->total > PTRDIFF_MAX || request->total > AC_ADDRESS_SPACE ||
           (largest != 0 && request->total > largest) ||
           (runner->heap.source != NULL && request->total > runner->heap.pages.limit);
}

bool ac_offers_null(struct ac_runner *runner, enum ac_null call) {
    const bool offered = (runner->profile->null_not_offered & call) == 0;
    runner->report->counts.not_offered += !offered;
    return offered;
}

bool ac_is_zero_size(const struct ac_request *request) {
    return request->total == 0 && !request->wraps;
}

enum ac_zero_size ac_zero_reading(const struct ac_runner *runner,
                                  const struct ac_request *request) {
    return request->old != NULL ? runner->profile->resize_zero[request->function]
                                : runner->profile->zero[request->function];
}

/* --- the reason for a refusal --- */

enum { AMPLE_BUFFER = 1 << 20 };

/* An aligned block may take its whole alignment, whatever its size. */
static uint64_t alignment_bytes(const struct ac_blocks *blocks) {
    uint64_t bytes = 0;
    for (const struct ac_block *block = ac_blocks_oldest(blocks); block != NULL;
         block = ac_blocks_newer(blocks, block))
        bytes += block->alignment;
    return bytes;
}

/* A fixed buffer refuses without a page request. Each block may cost some 64 bytes beyond its
 * size, and each size class its own pages. */
bool ac_may_be_exhausted(const struct ac_runner *runner, const struct ac_answer *answer) {
    if (answer->refused || runner->profile->fixed_pool)
        return true;
    const struct ac_blocks *blocks = &runner->model.blocks;
    uint64_t used = blocks->live_bytes + blocks->frame_bytes + 64 * (uint64_t)blocks->live;
    const uint64_t limit = runner->heap.pages.limit;
    return runner->heap.source != NULL && runner->heap.pages.kind == AC_SOURCE_BUFFER &&
           (limit < AMPLE_BUFFER || used > limit / 4 || used + alignment_bytes(blocks) > limit / 4);
}

unsigned ac_cause_of(const struct ac_request *request) {
    if (!ac_has_valid_alignment(request))
        return AC_CAUSE_ALIGNMENT;
    if (request->wraps)
        return AC_CAUSE_WRAP;
    return request->total > PTRDIFF_MAX ? AC_CAUSE_PTRDIFF : AC_CAUSE_EXHAUSTED;
}

/* realloc(NULL, size) is malloc(size) (C17 7.22.3.5), and reallocarray likewise once its product
 * is formed. */
static enum ac_function errno_function(const struct ac_request *request) {
    const bool resizes = request->function == AC_FN_REALLOC ||
                         (request->function == AC_FN_REALLOCARRAY && !request->wraps);
    return resizes && request->old == NULL ? AC_FN_MALLOC : request->function;
}

bool ac_guarantees_errno(const struct ac_runner *runner, const struct ac_request *request) {
    return (runner->profile->errno_guaranteed[errno_function(request)] & ac_cause_of(request)) != 0;
}

bool ac_guarantees_refusal(const struct ac_runner *runner, const struct ac_request *request) {
    const bool never = request->wraps || request->total > PTRDIFF_MAX;
    return never && ac_guarantees_errno(runner, request);
}

/* "A valid alignment supported by the implementation" (C17 7.22.3.1): support of extended
 * alignments is up to the allocator. */
static bool may_be_unsupported(const struct ac_request *request) {
    const bool bounded =
        request->function == AC_FN_ALIGNED_ALLOC || request->function == AC_FN_MEMALIGN;
    return bounded && request->alignment > _Alignof(max_align_t);
}

bool ac_error_fits(const struct ac_runner *runner, const struct ac_request *request, unsigned cause,
                   int error) {
    if (cause != AC_CAUSE_ALIGNMENT) {
        /* A size that is not a multiple of the alignment may be refused as invalid (C11 7.22.3.1).
         */
        bool odd = request->function == AC_FN_ALIGNED_ALLOC && request->alignment != 0 &&
                   request->total % request->alignment != 0;
        return error == ENOMEM || (error == EINVAL && (odd || may_be_unsupported(request)));
    }
    /* If the alignment is rounded up, it is valid, and the size may still be too large. */
    bool rounds = runner->profile->invalid_alignment[request->function] == AC_ALIGN_ROUNDS;
    return error == EINVAL || (error == ENOMEM && (rounds || ac_is_impossible(runner, request)));
}

/* --- comparing two allocators --- */

enum { MANY_LIVE = 64 }; /* bytes that a block may cost beyond its size */

/* True if an allocator may lack the memory, with so much live or requested. */
static bool may_lack_memory(const struct ac_runner *runner, const struct ac_request *request) {
    const struct ac_blocks *blocks = &runner->model.blocks;
    uint64_t budget =
        runner->heap.source != NULL ? runner->heap.pages.limit : runner->options.memory;
    uint64_t used = blocks->live_bytes + blocks->frame_bytes + MANY_LIVE * (uint64_t)blocks->live;
    uint64_t free = used < budget / 4 ? budget / 4 - used : 0;
    return runner->profile->fixed_pool || request->total >= free ||
           request->alignment >= free - request->total;
}

static bool is_determined(const struct ac_runner *runner, const struct ac_request *request,
                          const struct ac_answer *answer) {
    if (!ac_has_valid_alignment(request))
        return runner->profile->invalid_alignment[request->function] == AC_ALIGN_EINVAL;
    if (request->wraps || request->total > PTRDIFF_MAX)
        return true;
    if (ac_is_zero_size(request) && ac_zero_reading(runner, request) == AC_ZERO_EITHER)
        return false;
    bool odd = request->function == AC_FN_ALIGNED_ALLOC && request->total % request->alignment != 0;
    return !odd && !may_lack_memory(runner, request) &&
           (answer->block != NULL || !ac_may_be_exhausted(runner, answer));
}

void ac_mark_comparable(const struct ac_runner *runner, const struct ac_request *request,
                        const struct ac_answer *answer, struct ac_recorded_answer *answered) {
    unsigned cause = ac_cause_of(request);
    bool valid = ac_has_valid_alignment(request), zero = valid && ac_is_zero_size(request);
    answered->determined = is_determined(runner, request, answer);
    answered->choice = (uint8_t)(zero ? 1u + ac_zero_reading(runner, request) : 0u);
    answered->error_guaranteed =
        answer->block == NULL && !zero && ac_guarantees_errno(runner, request);
    answered->error_fits = ac_error_fits(runner, request, cause, answer->error);
}
