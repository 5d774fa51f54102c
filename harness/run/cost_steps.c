// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE /* sysconf */
#include "cost_steps.h"

#include "program/memory.h"

#include <unistd.h>

static bool is_call(enum ac_op_kind kind) {
    return kind == AC_OP_FREE || ac_function_of_op(kind) != AC_FN_COUNT;
}

static bool is_offered(const struct ac_allocator *allocator, enum ac_op_kind kind) {
    return kind == AC_OP_FREE || ac_offers(allocator, ac_function_of_op(kind));
}

static struct ac_cost_step step_of(const struct ac_op *op, const struct ac_head *head) {
    const struct ac_resolve known = {(size_t)sysconf(_SC_PAGESIZE), head->limit};
    const enum ac_function function = ac_function_of_op((enum ac_op_kind)op->kind);
    const struct ac_arguments arguments = ac_arguments_of(
        function, ac_operand_resolve(op->a, &known), ac_operand_resolve(op->b, &known));
    return (struct ac_cost_step){.function = function,
                                 .slot = op->slot,
                                 .from = op->from,
                                 .arguments = arguments,
                                 .size = arguments.count * arguments.size};
}

static bool add_rounds(struct ac_cost_steps *steps, const struct ac_op *op,
                       const struct ac_head *head) {
    struct ac_cost_step step = step_of(op, head);
    for (uint32_t round = 0; round < op->repeat; round++, step.slot++, step.from++) {
        uint32_t last = step.slot > step.from ? step.slot : step.from;
        if (last >= AC_SLOTS || steps->count >= AC_MAX_CALLS)
            return true;
        if (!ac_memory_reserve((void **)&steps->of, &steps->capacity, steps->count + 1,
                               sizeof step))
            return false;
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
        const enum ac_op_kind kind = (enum ac_op_kind)op->kind;
        if (!is_call(kind))
            continue;
        const bool offered = is_offered(allocator, kind);
        steps->skipped += offered ? 0 : op->repeat;
        if (offered && !add_rounds(steps, op, &program->head)) {
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
