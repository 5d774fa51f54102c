// SPDX-License-Identifier: MIT
// Oracles that judge the answer to one request: a block, or a refusal.
#include "runner.h"

#include "pattern.h"

#include <errno.h>
#include <stdio.h>

static bool is_power_of_two(size_t number) {
    return number != 0 && (number & (number - 1)) == 0;
}

void ac_request_complete(struct ac_request *request) {
    request->total = request->count * request->size;
    request->wraps = request->size != 0 && request->total / request->size != request->count;
}

static bool has_valid_alignment(const struct ac_request *request) {
    switch (request->function) {
    case AC_FN_POSIX_MEMALIGN:
        return is_power_of_two(request->alignment) && request->alignment % sizeof(void *) == 0;
    case AC_FN_ALIGNED_ALLOC:
    case AC_FN_MEMALIGN:
        return is_power_of_two(request->alignment);
    default:
        return true;
    }
}

static bool is_impossible(const struct ac_runner *runner, const struct ac_request *request) {
    return request->wraps || request->total > PTRDIFF_MAX ||
           (runner->source != NULL && request->total > runner->pages.limit);
}

static bool is_zero_size(const struct ac_request *request) {
    return request->total == 0 && !request->wraps;
}

static bool is_aligned_form(const struct ac_request *request) {
    return request->function == AC_FN_ALIGNED_ALLOC || request->function == AC_FN_POSIX_MEMALIGN ||
           request->function == AC_FN_MEMALIGN;
}

static enum ac_zero_size zero_reading(const struct ac_runner *runner,
                                      const struct ac_request *request) {
    if (is_aligned_form(request)) {
        return runner->profile->aligned_zero[request->function];
    }
    return request->old != NULL ? runner->profile->realloc_zero : runner->profile->malloc_zero;
}

/* --- a block was given --- */

static bool judge_possible(struct ac_runner *runner, const struct ac_request *request) {
    if (!is_impossible(runner, request) || !ac_judges(runner, AC_ORACLE_MUST_FAIL)) {
        return true;
    }
    ac_find(runner, AC_ORACLE_MUST_FAIL, request->old, NULL, "NULL: this cannot be granted",
            "a block for %zu * %zu bytes", request->count, request->size);
    return false;
}

static bool judge_alignment_accepted(struct ac_runner *runner, const struct ac_request *request) {
    if (has_valid_alignment(request) ||
        runner->profile->invalid_alignment[request->function] != AC_ALIGN_EINVAL ||
        !ac_judges(runner, AC_ORACLE_ERRNO)) {
        return true;
    }
    ac_find(runner, AC_ORACLE_ERRNO, NULL, NULL, "EINVAL for an invalid alignment",
            "a block for alignment %zu", request->alignment);
    return false;
}

static bool judge_zero_granted(struct ac_runner *runner, const struct ac_request *request,
                               const void *block) {
    if (!is_zero_size(request) || !ac_judges(runner, AC_ORACLE_ZERO_SIZE)) {
        return true;
    }
    enum ac_zero_size reading = zero_reading(runner, request);
    if (reading != AC_ZERO_BLOCK && reading != AC_ZERO_EITHER) {
        ac_find(runner, AC_ORACLE_ZERO_SIZE, request->old, NULL,
                "NULL for 0 bytes, as the profile says", "a block");
        return false;
    }
    const struct ac_block *other = ac_blocks_overlapping(&runner->blocks, block, 0, request->old);
    if (other != NULL && other->start == block) {
        ac_find(runner, AC_ORACLE_ZERO_SIZE, other, NULL, "an address of its own for 0 bytes",
                "the address of lent block %u", other->id);
        return false;
    }
    return true;
}

/* The largest power of two up to `size` and the strictest fundamental alignment: C23 lets a small
 * object have the alignment of the largest type that fits it. */
static size_t fundamental_alignment(size_t size) {
    size_t alignment = 1;
    while (alignment < _Alignof(max_align_t) && alignment * 2 <= size) {
        alignment *= 2;
    }
    return alignment;
}

static size_t promised_alignment(const struct ac_runner *runner, const struct ac_request *request) {
    const struct ac_profile *profile = runner->profile;
    size_t promised = fundamental_alignment(request->total);
    if (request->total >= profile->min_alignment && profile->min_alignment > promised) {
        promised = profile->min_alignment;
    }
    size_t asked = request->alignment;
    if (request->old != NULL && profile->realloc_keeps_alignment) {
        asked = request->old->alignment;
    }
    return is_power_of_two(asked) && asked > promised ? asked : promised;
}

static bool judge_aligned(struct ac_runner *runner, const struct ac_request *request,
                          const void *block) {
    if (request->total == 0 || !has_valid_alignment(request) ||
        !ac_judges(runner, AC_ORACLE_ALIGNED)) {
        return true;
    }
    size_t promised = promised_alignment(runner, request);
    size_t off = (uintptr_t)block % promised;
    if (off == 0) {
        return true;
    }
    char expected[AC_EVIDENCE];
    snprintf(expected, sizeof expected, "an address that is a multiple of %zu", promised);
    ac_find(runner, AC_ORACLE_ALIGNED, request->old, NULL, expected, "%zu above such a multiple",
            off);
    return false;
}

static bool judge_in_bounds(struct ac_runner *runner, const struct ac_request *request,
                            const void *block) {
    size_t extent = request->total != 0 ? request->total : 1;
    if (runner->source == NULL || !ac_judges(runner, AC_ORACLE_IN_BOUNDS) ||
        ac_source_holds(runner->source, block, extent)) {
        return true;
    }
    ac_find(runner, AC_ORACLE_IN_BOUNDS, request->old, NULL,
            "a block inside memory of the page source", "%zu bytes that lie outside it", extent);
    return false;
}

/* Whose promise an overlap breaks: a block that a failed realloc should have kept was lent again.
 */
static enum ac_oracle overlap_oracle(const struct ac_block *other) {
    if (other->frame != 0) {
        return AC_ORACLE_FRAME;
    }
    return other->failed_resize ? AC_ORACLE_FAILURE_KEEPS : AC_ORACLE_DISJOINT;
}

static bool judge_disjoint(struct ac_runner *runner, const struct ac_request *request,
                           const void *block) {
    if (!ac_judges(runner, AC_ORACLE_DISJOINT)) {
        return true;
    }
    const struct ac_block *other =
        ac_blocks_overlapping(&runner->blocks, block, request->total, request->old);
    if (other == NULL) {
        return true;
    }
    ptrdiff_t apart = (const uint8_t *)block - other->start;
    ac_find(runner, overlap_oracle(other), other, NULL, "memory that nobody else has",
            "%zu bytes, starting %td bytes from the start of lent block %u of %zu bytes",
            request->total, apart, other->id, other->size);
    runner->report->finding.other_slot = other->slot;
    return false;
}

static bool judge_zeroed(struct ac_runner *runner, const struct ac_request *request,
                         const uint8_t *block) {
    struct ac_wrong wrong;
    if (request->function != AC_FN_CALLOC || !ac_judges(runner, AC_ORACLE_ZEROED)) {
        return true;
    }
    bool zero = ac_pattern_zero(block, request->total, request->total <= AC_WHOLE_BLOCK, &wrong);
    ac_keep_content(runner, request, zero);
    if (zero) {
        return true;
    }
    ac_find(runner, AC_ORACLE_ZEROED, NULL, &wrong, "zero in every byte asked for",
            "byte %zu is 0x%02x", wrong.first, wrong.actual);
    runner->report->finding.size = request->total;
    return false;
}

static bool judge_preserved(struct ac_runner *runner, const struct ac_request *request,
                            const uint8_t *block) {
    const struct ac_block *old = request->old;
    struct ac_wrong wrong;
    if (old == NULL || !ac_judges(runner, AC_ORACLE_PRESERVED)) {
        return true;
    }
    bool kept = ac_pattern_holds(block, old->owned, request->total, old->seed, old->whole, &wrong);
    ac_keep_content(runner, request, kept);
    if (kept) {
        return true;
    }
    ac_find(runner, AC_ORACLE_PRESERVED, old, &wrong, "the old content up to the lesser size",
            "byte %zu is 0x%02x, not 0x%02x", wrong.first, wrong.actual, wrong.expected);
    return false;
}

/* --- NULL was given --- */

enum { ROOMY_BUFFER = 1 << 20 };

/* True when the memory may really be used up. A fixed buffer refuses without asking anybody; each
 * block may cost some 64 bytes beyond its size, and each size class some pages of its own. */
static bool may_be_exhausted(const struct ac_runner *runner, const struct ac_answer *answer) {
    if (answer->refused) {
        return true;
    }
    const struct ac_blocks *blocks = &runner->blocks;
    uint64_t used = blocks->lent_bytes + blocks->frame_bytes + 64 * (uint64_t)blocks->lent;
    return runner->source != NULL && runner->pages.kind == AC_SOURCE_BUFFER &&
           (used > runner->pages.limit / 4 || runner->pages.limit < ROOMY_BUFFER);
}

static void judge_zero_refused(struct ac_runner *runner, const struct ac_request *request,
                               const struct ac_answer *answer) {
    bool modest = request->alignment <= runner->page_size;
    if (modest && zero_reading(runner, request) == AC_ZERO_BLOCK &&
        !may_be_exhausted(runner, answer) && ac_judges(runner, AC_ORACLE_ZERO_SIZE)) {
        ac_find(runner, AC_ORACLE_ZERO_SIZE, request->old, NULL,
                "a block for 0 bytes, as the profile says", "NULL");
    }
}

static unsigned cause_of(const struct ac_request *request) {
    if (!has_valid_alignment(request)) {
        return AC_CAUSE_ALIGNMENT;
    }
    if (request->wraps) {
        return AC_CAUSE_WRAP;
    }
    return request->total > PTRDIFF_MAX ? AC_CAUSE_PTRDIFF : AC_CAUSE_EXHAUSTED;
}

/* realloc of NULL is malloc (C17 7.22.3.5), and so is reallocarray once its product is formed. */
static enum ac_function errno_function(const struct ac_request *request) {
    const bool resizes = request->function == AC_FN_REALLOC ||
                         (request->function == AC_FN_REALLOCARRAY && !request->wraps);
    return resizes && request->old == NULL ? AC_FN_MALLOC : request->function;
}

static bool promises_errno(const struct ac_runner *runner, const struct ac_request *request) {
    return (runner->profile->errno_promised[errno_function(request)] & cause_of(request)) != 0;
}

bool ac_promises_refusal(const struct ac_runner *runner, const struct ac_request *request) {
    const bool never = request->wraps || request->total > PTRDIFF_MAX;
    return never && promises_errno(runner, request);
}

/* "A valid alignment supported by the implementation" (C17 7.22.3.1): it may end at a page. */
static bool may_be_unsupported(const struct ac_runner *runner, const struct ac_request *request) {
    const bool bounded =
        request->function == AC_FN_ALIGNED_ALLOC || request->function == AC_FN_MEMALIGN;
    return bounded && request->alignment > runner->page_size;
}

static bool error_fits(const struct ac_runner *runner, const struct ac_request *request,
                       unsigned cause, int error) {
    if (cause != AC_CAUSE_ALIGNMENT) {
        /* A size that is no multiple of the alignment may be refused as invalid (C11 7.22.3.1). */
        bool odd = request->function == AC_FN_ALIGNED_ALLOC && request->alignment != 0 &&
                   request->total % request->alignment != 0;
        return error == ENOMEM || (error == EINVAL && (odd || may_be_unsupported(runner, request)));
    }
    /* Where the alignment is rounded it is valid, and the size may still be too much. */
    bool rounds = runner->profile->invalid_alignment[request->function] == AC_ALIGN_ROUNDS;
    return error == EINVAL || (error == ENOMEM && (rounds || is_impossible(runner, request)));
}

static void judge_error(struct ac_runner *runner, const struct ac_request *request,
                        const struct ac_answer *answer) {
    unsigned cause = cause_of(request);
    if (!promises_errno(runner, request) || !ac_judges(runner, AC_ORACLE_ERRNO) ||
        error_fits(runner, request, cause, answer->error)) {
        return;
    }
    bool result = request->function == AC_FN_POSIX_MEMALIGN;
    const char *name = cause == AC_CAUSE_ALIGNMENT ? "EINVAL" : "ENOMEM";
    if (answer->error == AC_ERRNO_CANARY) {
        ac_find(runner, AC_ORACLE_ERRNO, request->old, NULL, name, "errno unchanged");
    } else {
        ac_find(runner, AC_ORACLE_ERRNO, request->old, NULL, name, "%s %d",
                result ? "result" : "errno", answer->error);
    }
}

static bool is_freed_again(const struct ac_runner *runner, const struct ac_request *request) {
    const struct ac_last_freed *freed = &runner->last_freed;
    return (request->function == AC_FN_MALLOC || request->function == AC_FN_CALLOC) &&
           !request->in_frame && freed->at_call != 0 &&
           freed->at_call + 1 == runner->report->counts.calls && freed->size == request->total &&
           runner->profile->quarantine == 0 && !runner->profile->may_refuse_freed_size;
}

static const char *why_must_succeed(const struct ac_runner *runner,
                                    const struct ac_request *request,
                                    const struct ac_answer *answer) {
    if (is_freed_again(runner, request) &&
        (!answer->refused || runner->profile->reuses_when_refused)) {
        return "a block: the same size was freed by the call before";
    }
    if (request->old != NULL && request->total <= request->old->size && !answer->refused) {
        return "a block: it shrinks";
    }
    if (runner->largest_again && runner->profile->coalesces && !answer->refused) {
        return "a block: as large a one was lent before, and nothing is lent now";
    }
    return NULL;
}

/* Judges either answer: one that had to be given, and was, counts as judged too. */
static void judge_must_succeed(struct ac_runner *runner, const struct ac_request *request,
                               const struct ac_answer *answer) {
    if (is_impossible(runner, request) || !has_valid_alignment(request)) {
        return;
    }
    const char *why = why_must_succeed(runner, request, answer);
    if (why != NULL && ac_judges(runner, AC_ORACLE_MUST_SUCCEED) && answer->block == NULL) {
        ac_find(runner, AC_ORACLE_MUST_SUCCEED, request->old, NULL, why, "NULL");
        runner->report->finding.size = request->total;
    }
}

/* A failed call leaves as many blocks lent as before it: fewer, and it took one away; more, and the
 * counter is wrong, from this call or an earlier one. */
static void judge_count_kept(struct ac_runner *runner, const struct ac_request *request) {
    struct ac_statistics counted;
    const struct ac_allocator *allocator = runner->allocator;
    if (allocator->statistics == NULL || !allocator->statistics(runner->heap, &counted) ||
        counted.lent_blocks == SIZE_MAX) {
        return;
    }
    const bool fewer = counted.lent_blocks < runner->blocks.lent;
    const enum ac_oracle oracle = fewer ? AC_ORACLE_FAILURE_KEEPS : AC_ORACLE_STATISTICS;
    if (ac_judges(runner, oracle) && counted.lent_blocks != runner->blocks.lent) {
        ac_find(runner, oracle, request->old, NULL, "as many blocks lent as before the failed call",
                "%zu counted, not %u", counted.lent_blocks, runner->blocks.lent);
    }
}

static void judge_nothing_changed(struct ac_runner *runner, const struct ac_request *request,
                                  const struct ac_answer *answer) {
    if (request->function == AC_FN_POSIX_MEMALIGN && ac_judges(runner, AC_ORACLE_MUST_FAIL) &&
        answer->out_changed) {
        ac_find(runner, AC_ORACLE_MUST_FAIL, NULL, NULL, "the out pointer untouched or NULL",
                "a pointer written by a call that failed");
        return;
    }
    if (request->old != NULL) {
        ac_verify(runner, request->old, AC_ORACLE_FAILURE_KEEPS);
    }
    judge_count_kept(runner, request);
}

/* --- both --- */

bool ac_judge_granted(struct ac_runner *runner, const struct ac_request *request,
                      const struct ac_answer *answer) {
    const uint8_t *block = answer->block;
    judge_must_succeed(runner, request, answer);
    return judge_possible(runner, request) && judge_alignment_accepted(runner, request) &&
           judge_zero_granted(runner, request, block) && judge_aligned(runner, request, block) &&
           judge_in_bounds(runner, request, block) && judge_disjoint(runner, request, block) &&
           judge_zeroed(runner, request, block) && judge_preserved(runner, request, block);
}

void ac_judge_refused(struct ac_runner *runner, const struct ac_request *request,
                      const struct ac_answer *answer) {
    if (is_impossible(runner, request)) {
        ac_judges(runner, AC_ORACLE_MUST_FAIL);
    }
    judge_nothing_changed(runner, request, answer);
    if (is_zero_size(request) && has_valid_alignment(request)) {
        judge_zero_refused(runner, request, answer);
        return;
    }
    judge_error(runner, request, answer);
    judge_must_succeed(runner, request, answer);
}

/* --- what two allocators can be compared in --- */

enum { MANY_LENT = 64 }; /* bytes that a block may cost beyond its size */

/* True where so much is lent, or asked for, that an allocator may lack the memory. */
static bool may_lack_memory(const struct ac_runner *runner, const struct ac_request *request) {
    const struct ac_blocks *blocks = &runner->blocks;
    uint64_t budget = runner->source != NULL ? runner->pages.limit : runner->options.memory;
    uint64_t used = blocks->lent_bytes + blocks->frame_bytes + MANY_LENT * (uint64_t)blocks->lent;
    uint64_t free = used < budget / 4 ? budget / 4 - used : 0;
    return request->total >= free || request->alignment >= free - request->total;
}

static bool is_settled(const struct ac_runner *runner, const struct ac_request *request,
                       const struct ac_answer *answer) {
    if (!has_valid_alignment(request)) {
        return runner->profile->invalid_alignment[request->function] == AC_ALIGN_EINVAL;
    }
    if (request->wraps || request->total > PTRDIFF_MAX) {
        return true;
    }
    if (is_zero_size(request) && zero_reading(runner, request) == AC_ZERO_EITHER) {
        return false;
    }
    bool odd = request->function == AC_FN_ALIGNED_ALLOC && request->total % request->alignment != 0;
    return !odd && !may_lack_memory(runner, request) &&
           (answer->block != NULL || !may_be_exhausted(runner, answer));
}

void ac_settle_answer(const struct ac_runner *runner, const struct ac_request *request,
                      const struct ac_answer *answer, struct ac_answered *answered) {
    unsigned cause = cause_of(request);
    bool valid = has_valid_alignment(request), zero = valid && is_zero_size(request);
    answered->settled = is_settled(runner, request, answer);
    answered->reading = (uint8_t)(zero ? 1u + zero_reading(runner, request) : 0u);
    answered->error_promised = answer->block == NULL && !zero && promises_errno(runner, request);
    answered->error_fits = error_fits(runner, request, cause, answer->error);
}
