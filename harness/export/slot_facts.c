// SPDX-License-Identifier: MIT
#include "slot_facts.h"

#include <stdlib.h>

/* By slot, after the ops seen so far, whatever thread they are on. */
struct slots {
    bool *framed;
    uint64_t *alignment;
};

static bool is_of_frame(const struct ac_op *op) {
    return op_kind(op) == AC_OP_ALLOCA || op_kind(op) == AC_OP_VLA;
}

static void look_up(const struct slots *slots, const struct ac_op *op, struct slot_facts *facts) {
    for (uint64_t i = 0; i < op_rounds(op); i++)
        facts->may_be_framed |= slots->framed[op_used_slot(op) + i];
    facts->alignment = slots->alignment[op->from];
}

static void note(const struct plan *plan, struct slots *slots, const struct ac_op *op) {
    struct request request;
    if (!request_of(plan, op, &request))
        return;
    for (uint64_t i = 0; i < op_rounds(op); i++) {
        uint64_t kept = slots->alignment[op->from + i];
        slots->alignment[op->slot + i] = request_is_resize(&request) ? kept : request.alignment;
        slots->framed[op->slot + i] |= is_of_frame(op) && plan_has(plan, EXPORT_frames);
    }
}

struct slot_facts *slot_facts_of(const struct plan *plan) {
    struct slots slots = {calloc(plan->slots, sizeof *slots.framed),
                          calloc(plan->slots, sizeof *slots.alignment)};
    struct slot_facts *facts = calloc(plan->ops + 1, sizeof *facts);
    const bool good = slots.framed != NULL && slots.alignment != NULL && facts != NULL;
    const char *why;
    for (size_t i = 0; good && i < plan->ops; i++) {
        const struct ac_op *op = &plan->program->ops[i];
        if (!plan_skips(plan, op, &why)) {
            look_up(&slots, op, &facts[i]);
            note(plan, &slots, op);
        }
    }
    free(slots.framed);
    free(slots.alignment);
    if (!good) {
        free(facts);
        return NULL;
    }
    return facts;
}
