// SPDX-License-Identifier: MIT
// Ops that a C file leaves out.
#include "plan.h"

#include "allocheck/journal.h"
#include "allocheck/source.h"

static bool is_offered(const struct plan *plan, enum ac_op_kind kind) {
    const struct ac_allocator *allocator = plan->allocator;
    const bool missing[AC_OP_KINDS] = {
        [AC_OP_CALLOC] = allocator->calloc == NULL,
        [AC_OP_REALLOC] = allocator->realloc == NULL,
        [AC_OP_REALLOCARRAY] = allocator->reallocarray == NULL,
        [AC_OP_ALIGNED_ALLOC] = allocator->aligned_alloc == NULL,
        [AC_OP_POSIX_MEMALIGN] = allocator->posix_memalign == NULL,
        [AC_OP_MEMALIGN] = allocator->memalign == NULL,
        [AC_OP_FREE_SIZED] = allocator->free_sized == NULL,
        [AC_OP_FREE_ALIGNED_SIZED] = allocator->free_aligned_sized == NULL,
        [AC_OP_USABLE] = allocator->usable_size == NULL,
        [AC_OP_TRIM] = allocator->trim == NULL,
        [AC_OP_REFUSE] = !plan_is_on_source(plan) && !plan_has(plan, EXPORT_trapped),
        [AC_OP_REFUSE_FROM] = !plan_is_on_source(plan) && !plan_has(plan, EXPORT_trapped),
        [AC_OP_FOREIGN_BRK] =
            !plan_moves_break(plan) || (plan->profile->declined_quirks & AC_QUIRK_FOREIGN_BRK) != 0,
    };
    return !missing[kind];
}

static bool may_end_process(const struct plan *plan, const struct request *request) {
    const struct ac_profile *profile = plan->profile;
    const uint64_t much = plan->program->head.limit / 4;
    const unsigned cause = request_cause(request);
    if ((cause & (AC_CAUSE_WRAP | AC_CAUSE_PTRDIFF)) != 0)
        return profile->impossible_ends_process &&
               (profile->errno_guaranteed[request->function] & cause) == 0;
    return profile->exhaustion_ends_process && (request->total > much || request->alignment > much);
}

enum { LOOKED_THROUGH = 2000 }; /* events of a journal; longer ones take too long */

/* The failing op ran, and the journal has the calls of the others. */
static bool is_known_to_run(const struct plan *plan, size_t at) {
    const struct ac_journal *journal = plan->options->journal;
    if (plan->finding != NULL && plan->finding->op == at)
        return true;
    for (uint32_t i = 0; journal != NULL && i < journal->count && i < LOOKED_THROUGH; i++)
        if (journal->at[i].op == at)
            return true;
    return false;
}

/* A run skips it too: it might exhaust the memory of the machine. */
static bool is_truncated(const struct plan *plan, size_t at, const struct request *request) {
    const struct ac_profile *profile = plan->profile;
    if (is_known_to_run(plan, at))
        return false;
    if (profile->largest_alignment != 0 && request->alignment > profile->largest_alignment)
        return true;
    if (may_end_process(plan, request))
        return true;
    return !plan_has(plan, EXPORT_source) && !request_is_absurd(request) &&
           request->total > plan->program->head.limit;
}

static bool refuses(const struct ac_op *op) {
    return op_kind(op) == AC_OP_REFUSE || op_kind(op) == AC_OP_REFUSE_FROM;
}

bool plan_skips(const struct plan *plan, const struct ac_op *op, const char **why) {
    struct request request;
    if (op->thread != 0 && ac_op_info(op_kind(op))->group == AC_GROUP_FRAMES &&
        plan_has_own_frames(plan))
        *why = "only the main thread has frames in the allocator";
    else if (op_is_misuse(op) && !plan_guarantees_to_catch(plan, op))
        *why = "not guaranteed to be caught";
    else if (!is_offered(plan, op_kind(op)))
        *why = "not supported";
    else if (refuses(op) && plan->profile->exhaustion_ends_process)
        *why = "exhaustion ends the process";
    else if (refuses(op) && plan_has(plan, EXPORT_names) && !plan_has(plan, EXPORT_trapped) &&
             !plan_can_refuse(plan, (size_t)(op - plan->program->ops)))
        *why = "libc names cannot refuse a single page request";
    else if (request_of(plan, op, &request) &&
             is_truncated(plan, (size_t)(op - plan->program->ops), &request))
        *why = "over a limit";
    else
        return false;
    return true;
}
