// SPDX-License-Identifier: MIT
// The request of an op, as far as its operands are constant.
#include "plan.h"

#include "run/invoke.h"

enum { PAGE = 4096 };

static uint64_t resolve(const struct plan *plan, struct ac_operand operand) {
    const struct ac_resolve known = {.page_size = PAGE, .left = plan->program->head.limit};
    return ac_operand_resolve(operand, &known);
}

/* Memory of a frame is like that of malloc, or of calloc. */
static enum ac_function function_of(enum ac_op_kind kind) {
    return kind == AC_OP_ALLOCA ? AC_FN_MALLOC
           : kind == AC_OP_VLA  ? AC_FN_CALLOC
                                : ac_function_of_op(kind);
}

bool request_of(const struct plan *plan, const struct ac_op *op, struct request *request) {
    const enum ac_function function = function_of(op_kind(op));
    if (function == AC_FN_COUNT)
        return false;
    const struct ac_arguments arguments =
        ac_arguments_of(function, resolve(plan, op->a), resolve(plan, op->b));
    const bool empty_array = op_kind(op) == AC_OP_VLA && arguments.count == 0;
    *request = (struct request){.function = function,
                                .count = empty_array ? 1 : arguments.count,
                                .size = arguments.size,
                                .alignment = arguments.alignment,
                                .dynamic = op_is_left(op)};
    request->total = request->count * request->size;
    request->wraps = request->size != 0 && request->total / request->size != request->count;
    return true;
}

static bool is_power_of_two(uint64_t number) {
    return number != 0 && (number & (number - 1)) == 0;
}

bool request_has_valid_alignment(const struct request *request) {
    switch (request->function) {
    case AC_FN_POSIX_MEMALIGN:
        return is_power_of_two(request->alignment) && request->alignment % sizeof(void *) == 0;
    case AC_FN_ALIGNED_ALLOC:
    case AC_FN_MEMALIGN:
        return is_power_of_two(request->alignment);
    default:
        return true;
    }
}

bool request_is_absurd(const struct request *request) {
    return request->wraps || request->total > PTRDIFF_MAX || request->total > AC_ADDRESS_SPACE;
}

bool request_is_impossible(const struct plan *plan, const struct request *request) {
    bool limited = plan_has(plan, EXPORT_source) && !request->dynamic;
    const size_t largest = plan->profile->largest_request;
    return request_is_absurd(request) || (limited && request->total > plan->program->head.limit) ||
           (largest != 0 && !request->dynamic && request->total > largest);
}

unsigned request_cause(const struct request *request) {
    if (!request_has_valid_alignment(request))
        return AC_CAUSE_ALIGNMENT;
    if (request->wraps)
        return AC_CAUSE_WRAP;
    return request->total > PTRDIFF_MAX ? AC_CAUSE_PTRDIFF : AC_CAUSE_EXHAUSTED;
}
