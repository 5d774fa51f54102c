// SPDX-License-Identifier: MIT
// Which properties a file checks.
#include "plan.h"

#include "allocheck/source.h"

/* One function resizes for realloc and reallocarray: only what both guarantee is checked. */
static bool both_resize_to(const struct plan *plan, enum ac_zero_size one,
                           enum ac_zero_size other) {
    const enum ac_zero_size *reading = plan->profile->resize_zero;
    const enum ac_zero_size resized = reading[AC_FN_REALLOC], array = reading[AC_FN_REALLOCARRAY];
    return (resized == one || resized == other) && (array == one || array == other);
}

static void set_resize_zero(struct plan *plan, bool checks) {
    const bool may_be_full = plan->kind == AC_SOURCE_BUFFER || plan->profile->fixed_pool;
    plan_set(plan, EXPORT_zero_block,
             checks && !may_be_full && both_resize_to(plan, AC_ZERO_BLOCK, AC_ZERO_BLOCK));
    plan_set(plan, EXPORT_zero_null, checks && both_resize_to(plan, AC_ZERO_FREES, AC_ZERO_KEEPS));
}

/* The function whose 0 bytes a file checks: realloc, unless the finding is about reallocarray. */
static enum ac_function function_of_finding(const struct plan *plan) {
    const struct ac_finding *finding = plan->finding;
    const bool known = finding != NULL && finding->op < plan->program->count;
    return known && plan->program->ops[finding->op].kind == AC_OP_REALLOCARRAY ? AC_FN_REALLOCARRAY
                                                                               : AC_FN_REALLOC;
}

/* realloc of NULL. */
static void set_new_zero(struct plan *plan, bool checks) {
    const enum ac_zero_size reading = plan->profile->zero[function_of_finding(plan)];
    const bool may_be_full = plan->kind == AC_SOURCE_BUFFER || plan->profile->fixed_pool;
    plan_set(plan, EXPORT_zero_size, checks);
    plan_set(plan, EXPORT_new_zero_block, checks && !may_be_full && reading == AC_ZERO_BLOCK);
    plan_set(plan, EXPORT_new_zero_null, checks && reading == AC_ZERO_NULL);
}

/* What the child of a fork does. */
void plan_set_offers(struct plan *plan) {
    const struct ac_allocator *allocator = plan->allocator;
    plan_set(plan, EXPORT_offers_calloc, allocator->calloc != NULL);
    plan_set(plan, EXPORT_offers_realloc, allocator->realloc != NULL);
    plan_set(plan, EXPORT_offers_aligned_alloc, allocator->aligned_alloc != NULL);
}

/* It freed a block of the largest size just before. */
static bool fails_at_largest(const struct plan *plan) {
    const struct ac_finding *finding = plan->finding;
    return finding != NULL && finding->op < plan->program->count &&
           plan->program->ops[finding->op].kind == AC_OP_LARGEST;
}

void plan_set_checked(struct plan *plan) {
    const struct ac_profile *profile = plan->profile;
    const enum ac_oracle only = plan_oracle(plan);
    plan_set(plan, EXPORT_errno, plan_checks(plan, AC_ORACLE_ERRNO));
    plan_set(plan, EXPORT_intact,
             plan->finding == NULL || only == AC_ORACLE_INTACT || only == AC_ORACLE_SURVIVES ||
                 only == AC_ORACLE_FAILURE_KEEPS || only == AC_ORACLE_FRAME);
    plan_set(plan, EXPORT_preserved, plan_checks(plan, AC_ORACLE_PRESERVED));
    plan_set(plan, EXPORT_failure_keeps, plan_checks(plan, AC_ORACLE_FAILURE_KEEPS));
    plan_set(plan, EXPORT_disjoint,
             plan_checks(plan, AC_ORACLE_DISJOINT) || plan_has(plan, EXPORT_failure_keeps) ||
                 only == AC_ORACLE_FRAME);
    plan_set(plan, EXPORT_in_bounds,
             plan_has(plan, EXPORT_source) && plan_checks(plan, AC_ORACLE_IN_BOUNDS));
    plan_set(plan, EXPORT_checked_block,
             plan_has(plan, EXPORT_disjoint) || plan_has(plan, EXPORT_in_bounds));
    plan_set(plan, EXPORT_must_fail, plan_checks(plan, AC_ORACLE_MUST_FAIL));
    const bool succeeds = plan_checks(plan, AC_ORACLE_MUST_SUCCEED);
    plan_set(plan, EXPORT_shrinks, succeeds && !profile->may_refuse_shrink);
    plan_set(plan, EXPORT_coalesces, succeeds && (profile->coalesces || fails_at_largest(plan)));
    plan_set(plan, EXPORT_checked_usable, plan_checks(plan, AC_ORACLE_USABLE));
    plan_set(plan, EXPORT_usable_exact, profile->usable_exact);
    plan_set(plan, EXPORT_checked_frame, plan_checks(plan, AC_ORACLE_FRAME));
    plan_set(plan, EXPORT_keeps_alignment, profile->realloc_keeps_alignment);
    const bool zero = plan_checks(plan, AC_ORACLE_ZERO_SIZE);
    const bool on_source = plan->kind != AC_SOURCE_BUFFER && plan_has(plan, EXPORT_source);
    plan_set(plan, EXPORT_excuses,
             (on_source || plan_has(plan, EXPORT_trapped)) && (zero || succeeds));
    set_resize_zero(plan, zero);
    set_new_zero(plan, zero);
    plan_set(plan, EXPORT_checked_alignment, plan_checks(plan, AC_ORACLE_ALIGNED));
    plan_set(plan, EXPORT_wrong_alignment,
             plan->allocator->free_aligned_sized != NULL &&
                 profile->misuse[AC_MISUSE_WRONG_ALIGNMENT] != NULL);
}

void plan_set_heap_checked(struct plan *plan) {
    const bool through = plan_has(plan, EXPORT_interface), source = plan_has(plan, EXPORT_source);
    const struct ac_allocator *allocator = plan->allocator;
    const bool counts = through && allocator->statistics != NULL;
    plan_set(plan, EXPORT_integrity,
             through && allocator->check != NULL && plan_checks(plan, AC_ORACLE_INTEGRITY));
    plan_set(plan, EXPORT_statistics, counts && plan_checks(plan, AC_ORACLE_STATISTICS));
    plan_set(plan, EXPORT_held_exact,
             source && plan->kind == AC_SOURCE_MMAP && !plan_has_foreign_quirks(plan) &&
                 !plan_has(plan, EXPORT_unaligned));
    plan_set(plan, EXPORT_count_kept,
             counts && (plan_has(plan, EXPORT_statistics) || plan_has(plan, EXPORT_failure_keeps)));
    plan_set(plan, EXPORT_counts_live, counts && plan_checks(plan, AC_ORACLE_NO_LEAK));
    plan_set(plan, EXPORT_held_when_empty,
             source && plan_checks(plan, AC_ORACLE_NO_LEAK) && !plan_has_foreign_quirks(plan) &&
                 plan->profile->held_when_empty != SIZE_MAX);
    plan_set(plan, EXPORT_page_log, source && plan_checks(plan, AC_ORACLE_PAGE_LOG));
    plan_set(plan, EXPORT_all_given_back,
             plan_has(plan, EXPORT_page_log) && plan->kind == AC_SOURCE_MMAP &&
                 !plan_has_foreign_quirks(plan));
}
