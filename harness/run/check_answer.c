// SPDX-License-Identifier: MIT
// Checks of the answer to one request: a block, or NULL.
#include "check.h"

#include "call.h"
#include "content.h"
#include "observer.h"
#include "request.h"

#include "model/evidence.h"
#include "model/pattern.h"

#include <stdio.h>

/* --- a block was given --- */

static bool check_possible(struct ac_runner *runner, const struct ac_request *request) {
    if (!ac_is_impossible(runner, request) || !ac_checks(runner, AC_ORACLE_MUST_FAIL))
        return true;
    if (request->count == 1) {
        ac_fail(runner, AC_ORACLE_MUST_FAIL, request->old, NULL, "NULL: this cannot be granted",
                "a block for %zu bytes", request->size);
    } else {
        ac_fail(runner, AC_ORACLE_MUST_FAIL, request->old, NULL, "NULL: this cannot be granted",
                "a block for %zu * %zu bytes", request->count, request->size);
    }
    return false;
}

/* Not if the block overlaps a live one, which freeing it would free. */
bool ac_is_accepted_grant(struct ac_runner *runner, const struct ac_request *request,
                          const struct ac_answer *answer) {
    return ac_is_impossible(runner, request) &&
           (runner->options.oracles & AC_ORACLE_BIT(AC_ORACLE_MUST_FAIL)) != 0 &&
           ac_blocks_overlapping(&runner->model.blocks, answer->block, 1, NULL) == NULL &&
           ac_is_accepted(runner, request, AC_ORACLE_MUST_FAIL);
}

static bool check_alignment_accepted(struct ac_runner *runner, const struct ac_request *request) {
    if (ac_has_valid_alignment(request) ||
        runner->profile->invalid_alignment[request->function] != AC_ALIGN_EINVAL ||
        !ac_checks(runner, AC_ORACLE_ERRNO) || ac_is_accepted(runner, request, AC_ORACLE_ERRNO))
        return true;
    ac_fail(runner, AC_ORACLE_ERRNO, NULL, NULL, EVIDENCE_EINVAL, "a block for alignment %zu",
            request->alignment);
    return false;
}

static bool check_zero_granted(struct ac_runner *runner, const struct ac_request *request,
                               const void *block) {
    if (!ac_is_zero_size(request) || !ac_checks(runner, AC_ORACLE_ZERO_SIZE))
        return true;
    enum ac_zero_size reading = ac_zero_reading(runner, request);
    if (reading != AC_ZERO_BLOCK && reading != AC_ZERO_EITHER &&
        (request->old != NULL || !ac_is_accepted(runner, request, AC_ORACLE_ZERO_SIZE))) {
        ac_fail(runner, AC_ORACLE_ZERO_SIZE, request->old, NULL, EVIDENCE_ZERO_NULL, "a block");
        return false;
    }
    const struct ac_block *other =
        ac_blocks_overlapping(&runner->model.blocks, block, 0, request->old);
    if (other != NULL && other->start == block) {
        ac_fail(runner, AC_ORACLE_ZERO_SIZE, other, NULL, EVIDENCE_ZERO_ALONE,
                "the address of live block %u", other->id);
        return false;
    }
    return true;
}

/* The largest power of two up to `size' and the strictest fundamental alignment: C23 (7.24.3) lets
 * a small object have the alignment of the largest type that fits it. A profile may declare less.
 */
static size_t fundamental_alignment(const struct ac_profile *profile, size_t size) {
    const size_t declared = profile->min_alignment, strictest = _Alignof(max_align_t);
    const size_t most = declared != 0 && declared < strictest ? declared : strictest;
    size_t alignment = 1;
    while (alignment * 2 <= most && alignment * 2 <= size)
        alignment *= 2;
    return alignment;
}

static size_t guaranteed_alignment(const struct ac_runner *runner,
                                   const struct ac_request *request) {
    const struct ac_profile *profile = runner->profile;
    size_t guaranteed = fundamental_alignment(profile, request->total);
    if (request->total >= profile->min_alignment && profile->min_alignment > guaranteed)
        guaranteed = profile->min_alignment;
    size_t asked = request->alignment;
    if (request->old != NULL && profile->realloc_keeps_alignment)
        asked = request->old->alignment;
    return ac_is_power_of_two(asked) && asked > guaranteed ? asked : guaranteed;
}

static bool check_aligned(struct ac_runner *runner, const struct ac_request *request,
                          const void *block) {
    if (request->total == 0 || !ac_has_valid_alignment(request) ||
        !ac_checks(runner, AC_ORACLE_ALIGNED))
        return true;
    size_t guaranteed = guaranteed_alignment(runner, request);
    size_t off = (uintptr_t)block % guaranteed;
    if (off == 0 || ac_is_accepted(runner, request, AC_ORACLE_ALIGNED))
        return true;
    char expected[AC_EVIDENCE];
    snprintf(expected, sizeof expected, EVIDENCE_ALIGNED, guaranteed);
    ac_fail(runner, AC_ORACLE_ALIGNED, request->old, NULL, expected, "%zu above such a multiple",
            off);
    return false;
}

static bool check_in_bounds(struct ac_runner *runner, const struct ac_request *request,
                            const void *block) {
    size_t extent = request->total != 0 ? request->total : 1;
    if (runner->heap.source == NULL || !ac_checks(runner, AC_ORACLE_IN_BOUNDS) ||
        ac_source_holds(runner->heap.source, block, extent))
        return true;
    ac_fail(runner, AC_ORACLE_IN_BOUNDS, request->old, NULL,
            "a block inside memory of the page source", "%zu bytes that lie outside it", extent);
    return false;
}

/* The oracle that an overlap fails: a block that a failed realloc should have kept may have been
 * allocated again. */
static enum ac_oracle overlap_oracle(const struct ac_block *other) {
    if (other->frame != 0)
        return AC_ORACLE_FRAME;
    return other->failed_resize ? AC_ORACLE_FAILURE_KEEPS : AC_ORACLE_DISJOINT;
}

static bool check_disjoint(struct ac_runner *runner, const struct ac_request *request,
                           const void *block) {
    if (!ac_checks(runner, AC_ORACLE_DISJOINT))
        return true;
    const struct ac_block *other =
        ac_blocks_overlapping(&runner->model.blocks, block, request->total, request->old);
    if (other == NULL)
        return true;
    ptrdiff_t apart = (const uint8_t *)block - other->start;
    ac_fail(runner, overlap_oracle(other), other, NULL, "memory that overlaps no live block",
            "%zu bytes, starting %td bytes from the start of live block %u of %zu bytes",
            request->total, apart, other->id, other->size);
    runner->report->finding.other_slot = other->slot;
    return false;
}

/* In a race run another thread may own these bytes. Until all logs are merged the block counts as
 * live. */
static void note_owner(struct ac_runner *runner, const struct ac_request *request,
                       const uint8_t *block) {
    const struct ac_block given = {.start = (uint8_t *)(uintptr_t)block,
                                   .size = request->total,
                                   .owned = request->total,
                                   .usable = AC_UNKNOWN,
                                   .id = AC_NO_BLOCK,
                                   .slot = AC_NO_SLOT};
    ac_observe_allocated(runner, &given);
}

static bool check_zeroed(struct ac_runner *runner, const struct ac_request *request,
                         const uint8_t *block) {
    struct ac_wrong wrong;
    if (request->function != AC_FN_CALLOC || !ac_checks(runner, AC_ORACLE_ZEROED))
        return true;
    bool zero = ac_pattern_zero(block, request->total, request->total <= AC_WHOLE_BLOCK, &wrong);
    ac_record_content(runner, request, zero);
    if (zero || ac_is_accepted(runner, request, AC_ORACLE_ZEROED))
        return true;
    ac_fail(runner, AC_ORACLE_ZEROED, NULL, &wrong, "zero in every byte asked for",
            "byte %zu is 0x%02x", wrong.first, wrong.actual);
    runner->report->finding.size = request->total;
    note_owner(runner, request, block);
    return false;
}

/* A sample depends on the size, so that it is written again anyway. */
static void write_again(const struct ac_block *old, uint8_t *block, size_t most) {
    if (old->whole)
        ac_pattern_fill(block, 0, most, old->seed, true);
}

static bool check_preserved(struct ac_runner *runner, const struct ac_request *request,
                            const uint8_t *block) {
    const struct ac_block *old = request->old;
    struct ac_wrong wrong;
    if (old == NULL || !ac_checks(runner, AC_ORACLE_PRESERVED))
        return true;
    const size_t most = ac_kept_bytes(runner, old, request->total);
    bool kept = ac_pattern_holds(block, old->owned, most, old->seed, old->whole, &wrong);
    ac_record_content(runner, request, kept);
    if (kept)
        return true;
    if (ac_is_accepted(runner, request, AC_ORACLE_PRESERVED)) {
        write_again(old, (uint8_t *)(uintptr_t)block, most);
        return true;
    }
    ac_fail(runner, AC_ORACLE_PRESERVED, old, &wrong, "the old content up to the lesser size",
            "byte %zu is 0x%02x, not 0x%02x", wrong.first, wrong.actual, wrong.expected);
    note_owner(runner, request, block);
    return false;
}

/* --- NULL was given --- */

static void check_zero_refused(struct ac_runner *runner, const struct ac_request *request,
                               const struct ac_answer *answer) {
    bool modest = request->alignment <= runner->heap.page_size;
    if (modest && ac_zero_reading(runner, request) == AC_ZERO_BLOCK &&
        !ac_may_be_exhausted(runner, answer) && ac_checks(runner, AC_ORACLE_ZERO_SIZE) &&
        (request->old != NULL || !ac_is_accepted(runner, request, AC_ORACLE_ZERO_SIZE))) {
        ac_fail(runner, AC_ORACLE_ZERO_SIZE, request->old, NULL,
                "a block for 0 bytes, as the profile guarantees", "NULL");
    }
}

static bool is_freed_again(const struct ac_runner *runner, const struct ac_request *request) {
    const struct ac_last_freed *freed = &runner->model.last_freed;
    return (request->function == AC_FN_MALLOC || request->function == AC_FN_CALLOC) &&
           !request->in_frame && freed->at_call != 0 && freed->thread == runner->thread &&
           freed->at_call + 1 == runner->report->counts.calls && freed->size == request->total &&
           runner->profile->quarantine == 0 && !runner->profile->may_refuse_freed_size;
}

static const char *why_must_succeed(const struct ac_runner *runner,
                                    const struct ac_request *request,
                                    const struct ac_answer *answer) {
    if (is_freed_again(runner, request) &&
        (!answer->refused || runner->profile->reuses_when_refused))
        return EVIDENCE_SAME_SIZE;
    if (request->old != NULL && request->total <= request->old->size && !answer->refused &&
        !runner->profile->may_refuse_shrink)
        return EVIDENCE_SHRINKS;
    if (request->largest_again && runner->profile->coalesces && !answer->refused)
        return "a block: as large a one was allocated before, and nothing is live now";
    return NULL;
}

/* Counts as a check also if a block was given. */
static void check_must_succeed(struct ac_runner *runner, const struct ac_request *request,
                               const struct ac_answer *answer) {
    if (ac_is_impossible(runner, request) || !ac_has_valid_alignment(request))
        return;
    const char *why = why_must_succeed(runner, request, answer);
    if (why != NULL && ac_checks(runner, AC_ORACLE_MUST_SUCCEED) && answer->block == NULL &&
        !ac_is_accepted(runner, request, AC_ORACLE_MUST_SUCCEED)) {
        ac_fail(runner, AC_ORACLE_MUST_SUCCEED, request->old, NULL, why, "NULL");
        runner->report->finding.size = request->total;
    }
}

/* A failed call must leave as many blocks live as before. If fewer are counted, it freed one; if
 * more, the counter is wrong, from this call or an earlier one. */
static void check_count_kept(struct ac_runner *runner, const struct ac_request *request) {
    struct ac_statistics counted;
    const struct ac_allocator *allocator = runner->allocator;
    if (allocator->statistics == NULL || !allocator->statistics(runner->heap.instance, &counted) ||
        counted.live_blocks == SIZE_MAX)
        return;
    const bool fewer = counted.live_blocks < runner->model.blocks.live;
    const enum ac_oracle oracle = fewer ? AC_ORACLE_FAILURE_KEEPS : AC_ORACLE_STATISTICS;
    if (ac_checks(runner, oracle) && counted.live_blocks != runner->model.blocks.live) {
        ac_fail(runner, oracle, request->old, NULL, EVIDENCE_LIVE_BLOCKS, "%zu counted, not %u",
                counted.live_blocks, runner->model.blocks.live);
    }
}

static void check_nothing_changed(struct ac_runner *runner, const struct ac_request *request,
                                  const struct ac_answer *answer) {
    if (request->function == AC_FN_POSIX_MEMALIGN && ac_checks(runner, AC_ORACLE_MUST_FAIL) &&
        answer->out_changed) {
        ac_fail(runner, AC_ORACLE_MUST_FAIL, NULL, NULL, EVIDENCE_OUT_KEPT,
                "a pointer written by a call that failed");
        return;
    }
    if (request->old != NULL)
        ac_check_content(runner, request->old, AC_ORACLE_FAILURE_KEEPS);
    check_count_kept(runner, request);
}

/* --- both --- */

bool ac_check_granted(struct ac_runner *runner, const struct ac_request *request,
                      const struct ac_answer *answer) {
    const uint8_t *block = answer->block;
    check_must_succeed(runner, request, answer);
    return check_possible(runner, request) && check_alignment_accepted(runner, request) &&
           check_zero_granted(runner, request, block) && check_aligned(runner, request, block) &&
           check_in_bounds(runner, request, block) && check_disjoint(runner, request, block) &&
           check_zeroed(runner, request, block) && check_preserved(runner, request, block);
}

void ac_check_refused(struct ac_runner *runner, const struct ac_request *request,
                      const struct ac_answer *answer) {
    if (ac_is_impossible(runner, request))
        ac_checks(runner, AC_ORACLE_MUST_FAIL);
    check_nothing_changed(runner, request, answer);
    if (ac_is_zero_size(request) && ac_has_valid_alignment(request)) {
        check_zero_refused(runner, request, answer);
        return;
    }
    ac_check_error(runner, request, answer);
    check_must_succeed(runner, request, answer);
}
