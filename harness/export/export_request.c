// SPDX-License-Identifier: MIT
// What an op asks for, as far as its text fixes it.
#include "export_plan.h"

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

bool wanted_of(const struct plan *plan, const struct ac_op *op, struct wanted *wanted) {
    int function = function_of(op_kind(op));
    if (function < 0) {
        return false;
    }
    *wanted = (struct wanted){.function = (enum ac_function)function, .count = 1};
    uint64_t first = resolve(plan, op->a);
    wanted->size = resolve(plan, op->b);
    wanted->dynamic = op_is_left(op);
    if (function == AC_FN_CALLOC || function == AC_FN_REALLOCARRAY) {
        bool array = op_kind(op) == AC_OP_VLA;
        wanted->count = first == 0 && array ? 1 : first;
    } else if (function != AC_FN_MALLOC && function != AC_FN_REALLOC) {
        wanted->alignment = first;
    }
    wanted->total = wanted->count * wanted->size;
    wanted->wraps = wanted->size != 0 && wanted->total / wanted->size != wanted->count;
    return true;
}

static bool is_power_of_two(uint64_t number) {
    return number != 0 && (number & (number - 1)) == 0;
}

bool wanted_has_valid_alignment(const struct wanted *wanted) {
    switch (wanted->function) {
    case AC_FN_POSIX_MEMALIGN:
        return is_power_of_two(wanted->alignment) && wanted->alignment % sizeof(void *) == 0;
    case AC_FN_ALIGNED_ALLOC:
    case AC_FN_MEMALIGN:
        return is_power_of_two(wanted->alignment);
    default:
        return true;
    }
}

bool wanted_is_absurd(const struct wanted *wanted) {
    return wanted->wraps || wanted->total > PTRDIFF_MAX;
}

bool wanted_is_impossible(const struct plan *plan, const struct wanted *wanted) {
    bool limited = plan_has(plan, EXPORT_source) && !wanted->dynamic;
    return wanted_is_absurd(wanted) || (limited && wanted->total > plan->program->head.limit);
}

unsigned wanted_cause(const struct wanted *wanted) {
    if (!wanted_has_valid_alignment(wanted)) {
        return AC_CAUSE_ALIGNMENT;
    }
    if (wanted->wraps) {
        return AC_CAUSE_WRAP;
    }
    return wanted->total > PTRDIFF_MAX ? AC_CAUSE_PTRDIFF : AC_CAUSE_EXHAUSTED;
}
