// SPDX-License-Identifier: MIT
// The request of an op, as far as its operands are constant.
#include "plan.h"

enum { PAGE = 4096 };

static uint64_t resolve(const struct plan *plan, struct ac_operand operand) {
    const struct ac_resolve known = {.page_size = PAGE, .left = plan->program->head.limit};
    return ac_operand_resolve(operand, &known);
}

static int function_of(enum ac_op_kind kind) {
    static const int functions[AC_OP_KINDS] = {
        [AC_OP_MALLOC] = 1 + AC_FN_MALLOC,
        [AC_OP_CALLOC] = 1 + AC_FN_CALLOC,
        [AC_OP_REALLOC] = 1 + AC_FN_REALLOC,
        [AC_OP_REALLOCARRAY] = 1 + AC_FN_REALLOCARRAY,
        [AC_OP_ALIGNED_ALLOC] = 1 + AC_FN_ALIGNED_ALLOC,
        [AC_OP_POSIX_MEMALIGN] = 1 + AC_FN_POSIX_MEMALIGN,
        [AC_OP_MEMALIGN] = 1 + AC_FN_MEMALIGN,
        [AC_OP_ALLOCA] = 1 + AC_FN_MALLOC,
        [AC_OP_VLA] = 1 + AC_FN_CALLOC,
    };
    return functions[kind] - 1;
}

bool request_of(const struct plan *plan, const struct ac_op *op, struct request *request) {
    int function = function_of(op_kind(op));
    if (function < 0)
        return false;
    *request = (struct request){.function = (enum ac_function)function, .count = 1};
    uint64_t first = resolve(plan, op->a);
    request->size = resolve(plan, op->b);
    request->dynamic = op_is_left(op);
    if (function == AC_FN_CALLOC || function == AC_FN_REALLOCARRAY) {
        bool array = op_kind(op) == AC_OP_VLA;
        request->count = first == 0 && array ? 1 : first;
    } else if (function != AC_FN_MALLOC && function != AC_FN_REALLOC) {
        request->alignment = first;
    }
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
