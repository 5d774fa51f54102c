// SPDX-License-Identifier: MIT
// What a file can show that calls libc names only. System limits, the process size and child
// processes stand in for page source and fatal handler.
#include "plan.h"

#include "model/evidence.h"

#include "allocheck/source.h"

#include <string.h>

bool plan_has_own_frames(const struct plan *plan) {
    return plan->program->head.frames == AC_FRAMES_OWN && plan->allocator->frame_enter != NULL;
}

bool plan_is_on_source(const struct plan *plan) {
    return plan->allocator->open != NULL && plan->allocator->sources != 0;
}

enum ac_source_kind export_source_kind(const struct ac_allocator *allocator,
                                       const struct ac_head *head) {
    return (allocator->sources & head->source) != 0 ? (enum ac_source_kind)head->source
                                                    : ac_source_kind_for(allocator);
}

enum ac_source_kind plan_source_kind(const struct plan *plan) {
    return export_source_kind(plan->allocator, &plan->program->head);
}

/* A library has libc's names or the interface; what is part of the tool may have both. */
static bool exports_interface(const struct plan *plan) {
    const struct ac_allocator *allocator = plan->allocator;
    const struct ac_library *library = plan->options->target->library;
    if (library != NULL)
        return library->exports_interface;
    return allocator->open != NULL || allocator->check != NULL || allocator->statistics != NULL ||
           allocator->frame_enter != NULL;
}

bool plan_guarantees_to_catch(const struct plan *plan, const struct ac_op *op) {
    static const int misuses[AC_OP_KINDS] = {
        [AC_OP_DOUBLE_FREE] = AC_MISUSE_DOUBLE_FREE,
        [AC_OP_FREE_INTERIOR] = AC_MISUSE_FREE_INTERIOR,
        [AC_OP_FREE_FOREIGN] = AC_MISUSE_FREE_FOREIGN,
        [AC_OP_FREE_WILD] = AC_MISUSE_FREE_WILD,
        [AC_OP_OVERFLOW] = AC_MISUSE_OVERFLOW,
        [AC_OP_WRITE_FREED] = AC_MISUSE_WRITE_FREED,
        [AC_OP_REALLOC_FREED] = AC_MISUSE_REALLOC_FREED,
        [AC_OP_USABLE_FREED] = AC_MISUSE_USABLE_FREED,
        [AC_OP_WRONG_SIZE] = AC_MISUSE_WRONG_SIZE,
    };
    const struct ac_resolve known = {.page_size = 4096};
    const bool of_frame =
        op_kind(op) == AC_OP_FREE_FOREIGN && ac_operand_resolve(op->a, &known) % 4 == 3;
    const int misuse = of_frame ? AC_MISUSE_FREE_FRAME : misuses[op->kind];
    return plan->allocator->open != NULL && plan->profile->misuse[misuse] != NULL &&
           (!of_frame || plan_has_own_frames(plan));
}

/* --- stand-ins --- */

static bool expects(const struct plan *plan, const char *evidence) {
    return strcmp(plan->finding->expected, evidence) == 0;
}

static bool is_about(const struct plan *plan, enum ac_oracle oracle) {
    return plan->finding != NULL && plan->finding->oracle == oracle;
}

static bool frees(enum ac_op_kind kind) {
    return kind == AC_OP_FREE || kind == AC_OP_FREE_SIZED || kind == AC_OP_FREE_ALIGNED_SIZED;
}

/* Oracles that check failed calls. */
static const ac_oracle_set of_failures =
    AC_ORACLE_BIT(AC_ORACLE_SURVIVES) | AC_ORACLE_BIT(AC_ORACLE_ERRNO) |
    AC_ORACLE_BIT(AC_ORACLE_LIVENESS) | AC_ORACLE_BIT(AC_ORACLE_FAILURE_KEEPS) |
    AC_ORACLE_BIT(AC_ORACLE_NO_FALSE_ALARM) | AC_ORACLE_BIT(AC_ORACLE_INTACT) |
    AC_ORACLE_BIT(AC_ORACLE_NO_LEAK) | AC_ORACLE_BIT(AC_ORACLE_NO_GROWTH);

/* True if the first request after an op is the failing one. */
static bool next_request_shows(const struct plan *plan, size_t at) {
    struct request request;
    while (++at < plan->ops && !request_of(plan, &plan->program->ops[at], &request)) {
    }
    return at == plan->finding->op;
}

/* RLIMIT_AS refuses every page request until a call has failed. That equals a refusal of the next
 * request, unless the call needs another one to succeed. */
bool plan_can_refuse(const struct plan *plan, size_t at) {
    const struct ac_op *op = &plan->program->ops[at];
    return op_kind(op) == AC_OP_REFUSE && plan->finding != NULL && plan_is_on_source(plan) &&
           op->a.symbol == AC_ABSOLUTE && op->a.value <= 1 &&
           plan_uses_up_memory_at(plan) == SIZE_MAX && !is_about(plan, AC_ORACLE_ZERO_SIZE) &&
           !is_about(plan, AC_ORACLE_REUSE) &&
           ((of_failures & AC_ORACLE_BIT(plan->finding->oracle)) != 0 ||
            !next_request_shows(plan, at));
}

bool plan_moves_break(const struct plan *plan) {
    return plan_is_on_source(plan) &&
           (plan_source_kind(plan) & (AC_SOURCE_BRK | AC_SOURCE_BOTH)) != 0;
}

bool plan_uses_up_mappings(const struct plan *plan) {
    const size_t at = is_about(plan, AC_ORACLE_ERRNO) ? plan->finding->op : 0;
    const bool in_free = at >= plan->program->count || frees(op_kind(&plan->program->ops[at]));
    return is_about(plan, AC_ORACLE_ERRNO) && in_free && plan_is_on_source(plan) &&
           plan->program->head.quirks == AC_QUIRK_NO_UNMAP;
}

/* True if requests may have reached the limit. */
static bool is_short_of_memory(const struct plan *plan) {
    bool asks_what_is_left = false;
    for (size_t i = 0; i < plan->ops; i++)
        asks_what_is_left |= op_is_left(&plan->program->ops[i]);
    return asks_what_is_left || plan->program->head.limit != ac_default_head().limit;
}

size_t plan_uses_up_memory_at(const struct plan *plan) {
    if (!is_about(plan, AC_ORACLE_MUST_SUCCEED) || !plan_is_on_source(plan) ||
        !is_short_of_memory(plan))
        return SIZE_MAX;
    size_t at = plan->finding->op;
    if (expects(plan, EVIDENCE_SHRINKS))
        return at;
    if (expects(plan, EVIDENCE_SAME_SIZE)) {
        while (at-- > 0)
            if (frees(op_kind(&plan->program->ops[at])))
                return at;
    }
    return SIZE_MAX;
}

/* --- names or interface --- */

static bool finding_is_shown(const struct plan *plan) {
    const struct ac_finding *finding = plan->finding;
    switch (finding->oracle) {
    case AC_ORACLE_PAGE_LOG:
    case AC_ORACLE_INTEGRITY:
    case AC_ORACLE_STATISTICS:
        return false;
    case AC_ORACLE_FAILURE_KEEPS: /* unless the allocator counts */
        return !expects(plan, EVIDENCE_LIVE_BLOCKS);
    case AC_ORACLE_NO_LEAK:
        return !expects(plan, EVIDENCE_NO_LIVE);
    case AC_ORACLE_USABLE:
        return !expects(plan, EVIDENCE_IN_SOURCE);
    case AC_ORACLE_MUST_SUCCEED:
        return plan_uses_up_memory_at(plan) != SIZE_MAX || !is_short_of_memory(plan);
    case AC_ORACLE_MISUSE_CAUGHT: /* a wrong text needs the fatal handler */
        return strcmp(finding->actual, EVIDENCE_RETURNED) == 0;
    default:
        return true;
    }
}

/* Only the page source must refuse it. */
static bool exceeds_source(const struct plan *plan, const struct ac_op *op) {
    struct request request;
    return request_of(plan, op, &request) && !request_is_absurd(&request) &&
           request.total > plan->program->head.limit;
}

static bool op_is_shown(const struct plan *plan, size_t at) {
    const struct ac_op *op = &plan->program->ops[at];
    switch (op_kind(op)) {
    case AC_OP_REFUSE:
    case AC_OP_REFUSE_FROM:
        return plan_can_refuse(plan, at);
    case AC_OP_FOREIGN_BRK:
        return plan_moves_break(plan);
    case AC_OP_ENTER:
        return !plan_has_own_frames(plan);
    default:
        return !exceeds_source(plan, op);
    }
}

static bool head_is_shown(const struct plan *plan) {
    const struct ac_head *head = &plan->program->head, usual = ac_default_head();
    const bool plain = head->quirks == 0 || plan_uses_up_mappings(plan);
    return plain && (head->limit == usual.limit || plan_uses_up_memory_at(plan) != SIZE_MAX);
}

static bool program_is_shown(const struct plan *plan) {
    for (size_t i = 0; i < plan->ops; i++)
        if (!op_is_shown(plan, i))
            return false;
    return head_is_shown(plan);
}

static bool is_shown(const struct plan *plan) {
    return program_is_shown(plan) && (plan->finding == NULL || finding_is_shown(plan));
}

enum plan_way plan_way(const struct plan *plan) {
    const struct export_options *options = plan->options;
    const bool shown = !exports_interface(plan) || is_shown(plan);
    if (options->prefix != NULL || options->names)
        return shown || plan->finding == NULL ? WAY_NAMES : WAY_NONE;
    const bool only = options->target->library != NULL; /* it has no names */
    const bool chosen = exports_interface(plan) && (options->interface || only);
    return shown && !chosen ? WAY_NAMES : WAY_INTERFACE;
}
