// SPDX-License-Identifier: MIT
// What is known of slots when an op runs, in the order of the program: whichever thread it is of.
#include "known.h"

#include <stdlib.h>

/* Slots, on the way through the program. */
struct slots {
    bool *framed;      /* it may name memory of a frame */
    uint64_t *aligned; /* to what its block was asked to be aligned */
};

static bool is_of_frame(const struct ac_op *op) {
    return op_kind(op) == AC_OP_ALLOCA || op_kind(op) == AC_OP_VLA;
}

static void look_up(const struct slots *slots, const struct ac_op *op, struct known *known) {
    for (uint64_t i = 0; i < plan_rounds(op); i++) {
        known->may_be_framed |= slots->framed[op_used_slot(op) + i];
    }
    known->aligned = slots->aligned[op->from];
}

static void note(const struct plan *plan, struct slots *slots, const struct ac_op *op) {
    struct wanted wanted;
    if (!wanted_of(plan, op, &wanted)) {
        return;
    }
    for (uint64_t i = 0; i < plan_rounds(op); i++) {
        uint64_t kept = slots->aligned[op->from + i];
        slots->aligned[op->slot + i] = wanted_is_resize(&wanted) ? kept : wanted.alignment;
        slots->framed[op->slot + i] |= is_of_frame(op) && plan_has(plan, EXPORT_frames);
    }
}

struct known *known_of(const struct plan *plan) {
    struct slots slots = {calloc(plan->slots, sizeof *slots.framed),
                          calloc(plan->slots, sizeof *slots.aligned)};
    struct known *known = calloc(plan->ops + 1, sizeof *known);
    const bool room = slots.framed != NULL && slots.aligned != NULL && known != NULL;
    const char *why;
    for (size_t i = 0; room && i < plan->ops; i++) {
        const struct ac_op *op = &plan->program->ops[i];
        if (!plan_leaves_out(plan, op, &why)) {
            look_up(&slots, op, &known[i]);
            note(plan, &slots, op);
        }
    }
    free(slots.framed);
    free(slots.aligned);
    if (!room) {
        free(known);
        return NULL;
    }
    return known;
}
