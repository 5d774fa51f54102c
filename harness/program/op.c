// SPDX-License-Identifier: MIT
#include "allocheck/op.h"

static const struct ac_op_info table[AC_OP_KINDS] = {
#define AC_OP(kind, code, name, operands, group, weight, help)                                     \
    [AC_OP_##kind] = {name, operands, help, code, AC_GROUP_##group, weight},
#include "allocheck/ops.def"
#undef AC_OP
};

static const char *const group_names[AC_GROUPS] = {
    [AC_GROUP_BASIC] = "basic",     [AC_GROUP_REALLOC] = "realloc", [AC_GROUP_SIZED] = "sized",
    [AC_GROUP_ALIGNED] = "aligned", [AC_GROUP_USABLE] = "usable",   [AC_GROUP_FRAMES] = "frames",
    [AC_GROUP_BULK] = "bulk",       [AC_GROUP_SOURCE] = "source",   [AC_GROUP_THREADS] = "threads",
    [AC_GROUP_MISUSE] = "misuse",
};

const struct ac_op_info *ac_op_info(enum ac_op_kind kind) {
    return &table[kind];
}

const char *ac_group_name(enum ac_group group) {
    return group_names[group];
}

size_t ac_operand_resolve(struct ac_operand operand, const struct ac_resolve *known) {
    switch ((enum ac_symbol)operand.symbol) {
    case AC_MAX:
        return SIZE_MAX + operand.value;
    case AC_HALF:
        return SIZE_MAX / 2 + operand.value;
    case AC_LEFT:
        return known->left + operand.value;
    case AC_PAGE:
        return operand.scale * known->page_size + operand.value;
    default:
        return operand.value;
    }
}

bool ac_operand_equal(struct ac_operand left, struct ac_operand right) {
    return left.value == right.value && left.scale == right.scale && left.symbol == right.symbol;
}

bool ac_op_equal(const struct ac_op *left, const struct ac_op *right) {
    return left->kind == right->kind && left->thread == right->thread &&
           left->repeat == right->repeat && left->slot == right->slot &&
           left->from == right->from && ac_operand_equal(left->a, right->a) &&
           ac_operand_equal(left->b, right->b);
}
