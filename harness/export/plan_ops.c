// SPDX-License-Identifier: MIT
// What the ops of the program need in a file.
#include "plan.h"

enum { WHOLE_BLOCK = 1 << 20 }; /* larger blocks are checked in part */

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

void plan_note_ops(struct plan *plan) {
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
