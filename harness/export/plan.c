// SPDX-License-Identifier: MIT
#include "plan.h"

#include <stdio.h>
#include <string.h>

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

uint64_t op_rounds(const struct ac_op *op) {
    uint64_t highest = op->slot > op->from ? op->slot : op->from;
    uint64_t left = AC_SLOTS - highest;
    return op->repeat < left ? op->repeat : left;
}

static void set_beyond_c11(struct plan *plan) {
    const bool names = plan_has(plan, EXPORT_names);
    const bool means =
        names && (plan_has(plan, EXPORT_limits) || plan_has(plan, EXPORT_misuse) ||
                  plan_has(plan, EXPORT_in_memory) || plan_has(plan, EXPORT_uses_up_mappings) ||
                  plan_has(plan, EXPORT_moves_break) || plan_oracle(plan) == AC_ORACLE_REUSE ||
                  plan->uses_up_at != SIZE_MAX);
    plan_set(plan, EXPORT_beyond_c11,
             plan_has(plan, EXPORT_source) || plan_has(plan, EXPORT_liveness) ||
                 plan_has(plan, EXPORT_trapped) || plan_has(plan, EXPORT_rounds) ||
                 plan_has(plan, EXPORT_threads) || plan_has(plan, EXPORT_forks) || means);
}

static void set_ends(struct plan *plan) {
    const struct ac_allocator *allocator = plan->allocator;
    const bool reported = plan_has(plan, EXPORT_interface) && allocator->thread_exit != NULL;
    plan_set(plan, EXPORT_thread_exit, reported);
    plan_set(plan, EXPORT_leaves_heap, reported && allocator->close != NULL);
    plan_set(plan, EXPORT_thread_ends,
             plan_has(plan, EXPORT_threads) && (reported || plan_has(plan, EXPORT_free_at_exit)));
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
    plan_set(plan, EXPORT_interface, way == WAY_INTERFACE);
    plan_set(plan, EXPORT_names, way == WAY_NAMES);
    plan_set(plan, EXPORT_prefix, plan->options->prefix != NULL);
    plan_set_trapped(plan);
    plan_set_source(plan);
    plan_set_checked(plan);
    plan_set_offers(plan);
    plan_set_heap_checked(plan);
    plan_set_means(plan);
    plan_set_rounds(plan);
    plan_note_ops(plan);
    set_ends(plan);
    set_beyond_c11(plan);
    plan_set(plan, EXPORT_count_blocks,
             plan_has(plan, EXPORT_statistics) || plan_has(plan, EXPORT_count_kept));
    return true;
}
