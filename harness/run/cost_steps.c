// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE /* sysconf */
#include "cost_steps.h"

#include "program/memory.h"

#include <unistd.h>

/* How an allocator stands to a kind of op. */
enum standing {
    NO_CALL, /* none of malloc's family */
    MISSING,
    OFFERED,
};

static enum standing standing_of(const struct ac_allocator *allocator, uint8_t kind) {
    switch (kind) {
    case AC_OP_MALLOC:
    case AC_OP_FREE:
        return OFFERED;
    case AC_OP_CALLOC:
        return allocator->calloc != NULL ? OFFERED : MISSING;
    case AC_OP_REALLOC:
        return allocator->realloc != NULL ? OFFERED : MISSING;
    case AC_OP_REALLOCARRAY:
        return allocator->reallocarray != NULL ? OFFERED : MISSING;
    case AC_OP_ALIGNED_ALLOC:
        return allocator->aligned_alloc != NULL ? OFFERED : MISSING;
    case AC_OP_POSIX_MEMALIGN:
        return allocator->posix_memalign != NULL ? OFFERED : MISSING;
    case AC_OP_MEMALIGN:
        return allocator->memalign != NULL ? OFFERED : MISSING;
    default:
        return NO_CALL;
    }
}

static struct ac_cost_step step_of(const struct ac_op *op, const struct ac_head *head) {
    const struct ac_resolve known = {(size_t)sysconf(_SC_PAGESIZE), head->limit};
    struct ac_cost_step step = {.kind = op->kind,
                                .slot = op->slot,
                                .from = op->from,
                                .a = ac_operand_resolve(op->a, &known),
                                .b = ac_operand_resolve(op->b, &known)};
    bool counts = op->kind == AC_OP_CALLOC || op->kind == AC_OP_REALLOCARRAY;
    step.size = counts ? step.a * step.b : step.b;
    return step;
}

static bool add_rounds(struct ac_cost_steps *steps, const struct ac_op *op,
                       const struct ac_head *head) {
    struct ac_cost_step step = step_of(op, head);
    for (uint32_t round = 0; round < op->repeat; round++, step.slot++, step.from++) {
        uint32_t last = step.slot > step.from ? step.slot : step.from;
        if (last >= AC_SLOTS || steps->count >= AC_MAX_CALLS) {
            return true;
        }
        if (!ac_memory_reserve((void **)&steps->of, &steps->capacity, steps->count + 1,
                               sizeof step)) {
            return false;
        }
        steps->of[steps->count++] = step;
        steps->slots = last >= steps->slots ? last + (size_t)1 : steps->slots;
    }
    return true;
}

bool ac_cost_steps_make(struct ac_cost_steps *steps, const struct ac_allocator *allocator,
                        const struct ac_program *program) {
    *steps = (struct ac_cost_steps){.of = NULL};
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        enum standing standing = standing_of(allocator, op->kind);
        steps->skipped += standing == MISSING ? op->repeat : 0;
        if (standing == OFFERED && !add_rounds(steps, op, &program->head)) {
            ac_cost_steps_destroy(steps);
            return false;
        }
    }
    return true;
}

void ac_cost_steps_destroy(struct ac_cost_steps *steps) {
    ac_memory_delete(steps->of, steps->capacity * sizeof *steps->of);
    steps->of = NULL;
}
