// SPDX-License-Identifier: MIT
#include "plan.h"

#include "model/evidence.h"

#include "allocheck/source.h"

#include <stdio.h>
#include <string.h>

enum { WHOLE_BLOCK = 1 << 20 }; /* larger blocks are checked in part */

const char *plan_flag_name(enum export_flag flag) {
    static const char *const names[EXPORT_FLAGS] = {
#define EXPORT_FLAG(name) [EXPORT_##name] = #name,
#include "flags.def"
#undef EXPORT_FLAG
    };
    return names[flag];
}

bool plan_checks(const struct plan *plan, enum ac_oracle oracle) {
    return plan->finding == NULL || plan->finding->oracle == oracle;
}

static void set(struct plan *plan, enum export_flag flag, bool on) {
    plan->flags[flag] = on;
}

uint64_t op_rounds(const struct ac_op *op) {
    uint64_t highest = op->slot > op->from ? op->slot : op->from;
    uint64_t left = AC_SLOTS - highest;
    return op->repeat < left ? op->repeat : left;
}

/* --- flags --- */

/* Of the page source, as in the run. */
static unsigned quirks_of(const struct plan *plan) {
    return plan->program->head.quirks & ~plan->profile->declined_quirks;
}

/* Page requests are refused in system calls, as in the run. */
static void set_trapped(struct plan *plan) {
    const bool trapped = plan_has(plan, EXPORT_names) && plan->options->target->trapped &&
                         ac_program_may_refuse_pages(plan->program);
    set(plan, EXPORT_trapped, trapped);
    set(plan, EXPORT_fixed, trapped && (quirks_of(plan) & AC_QUIRK_NO_RESIZE) != 0);
}

static void set_source(struct plan *plan) {
    const unsigned quirks = quirks_of(plan);
    bool source = plan_has(plan, EXPORT_interface) && plan->allocator->open != NULL &&
                  plan->allocator->sources != 0;
    set(plan, EXPORT_source, source);
    if (!source)
        return;
    plan->kind = plan_source_kind(plan);
    set(plan, EXPORT_maps, (plan->kind & (AC_SOURCE_MMAP | AC_SOURCE_BOTH)) != 0);
    set(plan, EXPORT_break, (plan->kind & (AC_SOURCE_BRK | AC_SOURCE_BOTH)) != 0);
    set(plan, EXPORT_buffer, plan->kind == AC_SOURCE_BUFFER);
    set(plan, EXPORT_unaligned, (quirks & AC_QUIRK_UNALIGNED) != 0);
    set(plan, EXPORT_gaps, (quirks & AC_QUIRK_GAPS) != 0);
    set(plan, EXPORT_lower, (quirks & AC_QUIRK_LOWER) != 0);
    set(plan, EXPORT_dirty, (quirks & AC_QUIRK_DIRTY) != 0);
    set(plan, EXPORT_foreign_brks, (quirks & AC_QUIRK_FOREIGN_BRK) != 0);
    set(plan, EXPORT_fixed, (quirks & AC_QUIRK_NO_RESIZE) != 0);
    set(plan, EXPORT_keep, (quirks & AC_QUIRK_NO_UNMAP) != 0);
}

/* Quirks that keep memory from being returned. */
static bool has_foreign_quirks(const struct plan *plan) {
    return (quirks_of(plan) & (AC_QUIRK_FOREIGN_BRK | AC_QUIRK_NO_UNMAP)) != 0;
}

/* One function resizes for realloc and reallocarray: only what both guarantee is checked. */
static bool both_resize_to(const struct plan *plan, enum ac_zero_size one,
                           enum ac_zero_size other) {
    const enum ac_zero_size *reading = plan->profile->resize_zero;
    const enum ac_zero_size resized = reading[AC_FN_REALLOC], array = reading[AC_FN_REALLOCARRAY];
    return (resized == one || resized == other) && (array == one || array == other);
}

static void set_resize_zero(struct plan *plan, bool checks) {
    const bool may_be_full = plan->kind == AC_SOURCE_BUFFER || plan->profile->fixed_pool;
    set(plan, EXPORT_zero_block,
        checks && !may_be_full && both_resize_to(plan, AC_ZERO_BLOCK, AC_ZERO_BLOCK));
    set(plan, EXPORT_zero_null, checks && both_resize_to(plan, AC_ZERO_FREES, AC_ZERO_KEEPS));
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
    set(plan, EXPORT_zero_size, checks);
    set(plan, EXPORT_new_zero_block, checks && !may_be_full && reading == AC_ZERO_BLOCK);
    set(plan, EXPORT_new_zero_null, checks && reading == AC_ZERO_NULL);
}

/* What the child of a fork does. */
static void set_offers(struct plan *plan) {
    const struct ac_allocator *allocator = plan->allocator;
    set(plan, EXPORT_offers_calloc, allocator->calloc != NULL);
    set(plan, EXPORT_offers_realloc, allocator->realloc != NULL);
    set(plan, EXPORT_offers_aligned_alloc, allocator->aligned_alloc != NULL);
}

/* It freed a block of the largest size just before. */
static bool fails_at_largest(const struct plan *plan) {
    const struct ac_finding *finding = plan->finding;
    return finding != NULL && finding->op < plan->program->count &&
           plan->program->ops[finding->op].kind == AC_OP_LARGEST;
}

static void set_checked(struct plan *plan) {
    const struct ac_profile *profile = plan->profile;
    const enum ac_oracle only = plan_oracle(plan);
    set(plan, EXPORT_errno, plan_checks(plan, AC_ORACLE_ERRNO));
    set(plan, EXPORT_intact,
        plan->finding == NULL || only == AC_ORACLE_INTACT || only == AC_ORACLE_SURVIVES ||
            only == AC_ORACLE_FAILURE_KEEPS || only == AC_ORACLE_FRAME);
    set(plan, EXPORT_preserved, plan_checks(plan, AC_ORACLE_PRESERVED));
    set(plan, EXPORT_failure_keeps, plan_checks(plan, AC_ORACLE_FAILURE_KEEPS));
    set(plan, EXPORT_disjoint,
        plan_checks(plan, AC_ORACLE_DISJOINT) || plan_has(plan, EXPORT_failure_keeps) ||
            only == AC_ORACLE_FRAME);
    set(plan, EXPORT_in_bounds,
        plan_has(plan, EXPORT_source) && plan_checks(plan, AC_ORACLE_IN_BOUNDS));
    set(plan, EXPORT_checked_block,
        plan_has(plan, EXPORT_disjoint) || plan_has(plan, EXPORT_in_bounds));
    set(plan, EXPORT_must_fail, plan_checks(plan, AC_ORACLE_MUST_FAIL));
    const bool succeeds = plan_checks(plan, AC_ORACLE_MUST_SUCCEED);
    set(plan, EXPORT_shrinks, succeeds && !profile->may_refuse_shrink);
    set(plan, EXPORT_coalesces, succeeds && (profile->coalesces || fails_at_largest(plan)));
    set(plan, EXPORT_checked_usable, plan_checks(plan, AC_ORACLE_USABLE));
    set(plan, EXPORT_usable_exact, profile->usable_exact);
    set(plan, EXPORT_checked_frame, plan_checks(plan, AC_ORACLE_FRAME));
    set(plan, EXPORT_keeps_alignment, profile->realloc_keeps_alignment);
    const bool zero = plan_checks(plan, AC_ORACLE_ZERO_SIZE);
    const bool on_source = plan->kind != AC_SOURCE_BUFFER && plan_has(plan, EXPORT_source);
    set(plan, EXPORT_excuses, (on_source || plan_has(plan, EXPORT_trapped)) && (zero || succeeds));
    set_resize_zero(plan, zero);
    set_new_zero(plan, zero);
    set(plan, EXPORT_checked_alignment, plan_checks(plan, AC_ORACLE_ALIGNED));
    set(plan, EXPORT_wrong_alignment,
        plan->allocator->free_aligned_sized != NULL &&
            profile->misuse[AC_MISUSE_WRONG_ALIGNMENT] != NULL);
}

/* What stands in for a page source if the file calls names. */
static void set_means(struct plan *plan) {
    const bool names = plan_has(plan, EXPORT_names) && plan_is_on_source(plan);
    const enum ac_oracle only = plan_oracle(plan);
    plan->uses_up_at = names ? plan_uses_up_memory_at(plan) : SIZE_MAX;
    set(plan, EXPORT_uses_up_mappings, names && plan_uses_up_mappings(plan));
    set(plan, EXPORT_in_memory, names && only == AC_ORACLE_IN_BOUNDS);
    set(plan, EXPORT_checked_block,
        plan_has(plan, EXPORT_checked_block) || plan_has(plan, EXPORT_in_memory));
    set(plan, EXPORT_leaves_mapped, names && only == AC_ORACLE_NO_LEAK);
}

static void set_heap_checked(struct plan *plan) {
    const bool through = plan_has(plan, EXPORT_interface), source = plan_has(plan, EXPORT_source);
    const struct ac_allocator *allocator = plan->allocator;
    const bool counts = through && allocator->statistics != NULL;
    set(plan, EXPORT_integrity,
        through && allocator->check != NULL && plan_checks(plan, AC_ORACLE_INTEGRITY));
    set(plan, EXPORT_statistics, counts && plan_checks(plan, AC_ORACLE_STATISTICS));
    set(plan, EXPORT_held_exact,
        source && plan->kind == AC_SOURCE_MMAP && !has_foreign_quirks(plan) &&
            !plan_has(plan, EXPORT_unaligned));
    set(plan, EXPORT_count_kept,
        counts && (plan_has(plan, EXPORT_statistics) || plan_has(plan, EXPORT_failure_keeps)));
    set(plan, EXPORT_counts_live, counts && plan_checks(plan, AC_ORACLE_NO_LEAK));
    set(plan, EXPORT_held_when_empty,
        source && plan_checks(plan, AC_ORACLE_NO_LEAK) && !has_foreign_quirks(plan) &&
            plan->profile->held_when_empty != SIZE_MAX);
    set(plan, EXPORT_page_log, source && plan_checks(plan, AC_ORACLE_PAGE_LOG));
    set(plan, EXPORT_all_given_back,
        plan_has(plan, EXPORT_page_log) && plan->kind == AC_SOURCE_MMAP &&
            !has_foreign_quirks(plan));
}

enum {
    RESIDENT_ROUNDS = 2200, /* as in a run (run/no_growth.c); fewer if threads make them slow: */
    LEAST_ROUNDS = RESIDENT_ROUNDS / 10,
    MOST_CALLS = 500000, /* in all 31 times as many rounds */
    HANDOVER_CALLS = 10, /* calls that take as long */
    EXIT_CALLS = 100,
};

static uint64_t warm_resident(const struct ac_program *program) {
    uint64_t calls = 1;
    if (!ac_program_has_threads(program))
        return RESIDENT_ROUNDS;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        calls += op_kind(op) == AC_OP_EXIT ? EXIT_CALLS : op_rounds(op);
        calls += i > 0 && op->thread != program->ops[i - 1].thread ? HANDOVER_CALLS : 0;
    }
    const uint64_t possible = MOST_CALLS / calls / 31;
    return possible < LEAST_ROUNDS      ? LEAST_ROUNDS
           : possible < RESIDENT_ROUNDS ? possible
                                        : RESIDENT_ROUNDS;
}

/* Findings that need several rounds of the program. */
static void set_rounds(struct plan *plan) {
    const enum ac_oracle only = plan_oracle(plan);
    const bool on_source = plan_is_on_source(plan);
    set(plan, EXPORT_no_growth, only == AC_ORACLE_NO_GROWTH && on_source);
    set(plan, EXPORT_grows_resident, only == AC_ORACLE_NO_GROWTH && !on_source);
    set(plan, EXPORT_steady,
        only == AC_ORACLE_PAGE_LOG && strcmp(plan->finding->expected, EVIDENCE_STEADY) == 0);
    set(plan, EXPORT_rounds,
        plan_has(plan, EXPORT_no_growth) || plan_has(plan, EXPORT_grows_resident) ||
            plan_has(plan, EXPORT_steady) || plan_has(plan, EXPORT_leaves_mapped));
    set(plan, EXPORT_liveness, only == AC_ORACLE_LIVENESS);
    plan->warm_resident = warm_resident(plan->program);
}

static void set_beyond_c11(struct plan *plan) {
    const bool names = plan_has(plan, EXPORT_names);
    const bool means =
        names && (plan_has(plan, EXPORT_limits) || plan_has(plan, EXPORT_misuse) ||
                  plan_has(plan, EXPORT_in_memory) || plan_has(plan, EXPORT_uses_up_mappings) ||
                  plan_has(plan, EXPORT_moves_break) || plan_oracle(plan) == AC_ORACLE_REUSE ||
                  plan->uses_up_at != SIZE_MAX);
    set(plan, EXPORT_beyond_c11,
        plan_has(plan, EXPORT_source) || plan_has(plan, EXPORT_liveness) ||
            plan_has(plan, EXPORT_trapped) || plan_has(plan, EXPORT_rounds) ||
            plan_has(plan, EXPORT_threads) || plan_has(plan, EXPORT_forks) || means);
}

static void set_ends(struct plan *plan) {
    const struct ac_allocator *allocator = plan->allocator;
    const bool reported = plan_has(plan, EXPORT_interface) && allocator->thread_exit != NULL;
    set(plan, EXPORT_thread_exit, reported);
    set(plan, EXPORT_leaves_heap, reported && allocator->close != NULL);
    set(plan, EXPORT_thread_ends,
        plan_has(plan, EXPORT_threads) && (reported || plan_has(plan, EXPORT_free_at_exit)));
}

static void note_request(struct plan *plan, const struct ac_op *op, uint64_t rounds) {
    struct request request;
    if (op_kind(op) == AC_OP_LARGEST)
        plan->blocks += rounds;
    if (!request_of(plan, op, &request))
        return;
    plan->blocks += rounds;
    if (request_is_absurd(&request))
        return;
    plan->flags[EXPORT_large] |= request.total > WHOLE_BLOCK;
    if (request_is_resize(&request) && request.total == 0) {
        enum ac_zero_size reading = plan->profile->resize_zero[request.function];
        plan->flags[EXPORT_frees_at_zero] |= reading == AC_ZERO_FREES || reading == AC_ZERO_EITHER;
    }
}

static void note_kind(struct plan *plan, const struct ac_op *op) {
    static const int flags_of[AC_OP_KINDS] = {
        [AC_OP_USABLE] = 1 + EXPORT_usable,
        [AC_OP_WRONG_SIZE] = 1 + EXPORT_alignment,
        [AC_OP_FREE_SIZED] = 1 + EXPORT_alignment,
        [AC_OP_FREE_ALIGNED_SIZED] = 1 + EXPORT_alignment,
        [AC_OP_LARGEST] = 1 + EXPORT_largest,
        [AC_OP_REFUSE] = 1 + EXPORT_refuse,
        [AC_OP_REFUSE_FROM] = 1 + EXPORT_refuses_on,
        [AC_OP_FORK] = 1 + EXPORT_forks,
        [AC_OP_ENTER] = 1 + EXPORT_frames,
        [AC_OP_DOUBLE_FREE] = 1 + EXPORT_stale,
        [AC_OP_WRITE_FREED] = 1 + EXPORT_stale,
        [AC_OP_REALLOC_FREED] = 1 + EXPORT_stale,
        [AC_OP_USABLE_FREED] = 1 + EXPORT_stale,
    };
    const enum ac_op_kind kind = op_kind(op);
    const bool fills = kind == AC_OP_FILL && plan->allocator->usable_size != NULL;
    bool *flags = plan->flags;
    if (flags_of[kind] != 0)
        flags[flags_of[kind] - 1] = true;
    flags[EXPORT_owned] |= fills && !plan->profile->slack_reserved;
    flags[EXPORT_usable] |= fills;
    flags[EXPORT_c23] = flags[EXPORT_alignment] && flags[EXPORT_names] && !flags[EXPORT_prefix];
    flags[EXPORT_limits] = flags[EXPORT_refuse] && flags[EXPORT_names] && !flags[EXPORT_trapped];
    flags[EXPORT_moves_break] |= kind == AC_OP_FOREIGN_BRK && flags[EXPORT_names];
    flags[EXPORT_misuse] |= op_is_misuse(op);
    flags[EXPORT_free_at_exit] |= kind == AC_OP_FREE_AT_EXIT && op->thread != 0;
}

static void note_ops(struct plan *plan) {
    uint64_t asked = 0;
    const char *why;
    for (size_t i = 0; i < plan->ops; i++) {
        const struct ac_op *op = &plan->program->ops[i];
        struct request request;
        uint64_t rounds = op_rounds(op), highest = op->slot > op->from ? op->slot : op->from;
        plan->flags[EXPORT_threads] |= op->thread != 0 && op_kind(op) != AC_OP_EXIT;
        if (plan_skips(plan, op, &why))
            continue;
        plan->moves += op_kind(op) == AC_OP_FOREIGN_BRK ? op->repeat : 0;
        plan->slots = plan->slots < highest + rounds ? highest + rounds : plan->slots;
        note_kind(plan, op);
        note_request(plan, op, rounds);
        if (request_of(plan, op, &request) && !request_is_absurd(&request))
            asked += rounds * request.total;
    }
    plan->bounded = !plan_has(plan, EXPORT_source) && plan->uses_up_at == SIZE_MAX &&
                    asked > plan->program->head.limit;
    plan->blocks += plan->blocks == 0;
    plan->blocks *= plan_has(plan, EXPORT_leaves_mapped) ? PLAN_LEAK_ROUNDS : 1;
    plan->slots += plan->slots == 0;
}

/* --- findings without a C file --- */

static bool can_be_shown(const struct plan *plan, char reason[EXPORT_REASON]) {
    const struct ac_finding *finding = plan->finding;
    const char *why = NULL;
    if (finding == NULL)
        return true;
    if (finding->oracle == AC_ORACLE_DETERMINISTIC)
        why = "it compares runs in different processes";
    else if (finding->oracle == AC_ORACLE_AGREEMENT)
        why = "it compares two allocators";
    else if (finding->oracle == AC_ORACLE_LIVE_UNTOUCHED ||
             strstr(finding->actual, "Sanitizer") != NULL)
        why = "only a sanitizer detects it";
    if (why != NULL) {
        snprintf(reason, EXPORT_REASON, "a C file cannot reproduce %s: %s",
                 ac_oracle_info(finding->oracle)->id, why);
    }
    return why == NULL;
}

bool plan_make(struct plan *plan, char reason[EXPORT_REASON]) {
    const struct ac_finding *finding = plan->finding;
    plan->teardown = finding == NULL || finding->op >= plan->program->count;
    plan->ops = plan->teardown ? plan->program->count : finding->op + 1;
    if (!can_be_shown(plan, reason))
        return false;
    const enum plan_way way = plan_way(plan);
    if (way == WAY_NONE) {
        snprintf(reason, EXPORT_REASON, "libc names cannot reproduce %s; omit %s",
                 ac_oracle_info(finding->oracle)->id,
                 plan->options->prefix != NULL ? "--prefix" : "--names");
        return false;
    }
    set(plan, EXPORT_interface, way == WAY_INTERFACE);
    set(plan, EXPORT_names, way == WAY_NAMES);
    set(plan, EXPORT_prefix, plan->options->prefix != NULL);
    set_trapped(plan);
    set_source(plan);
    set_checked(plan);
    set_offers(plan);
    set_heap_checked(plan);
    set_means(plan);
    set_rounds(plan);
    note_ops(plan);
    set_ends(plan);
    set_beyond_c11(plan);
    set(plan, EXPORT_count_blocks,
        plan_has(plan, EXPORT_statistics) || plan_has(plan, EXPORT_count_kept));
    return true;
}
