// SPDX-License-Identifier: MIT
// A small request with `refuse` instead of a request for nearly all memory: it says what happens,
// and works under any limit.
#include "pass.h"

static const uint64_t sizes[] = {64, 5000, 100000};

/* What no memory can satisfy is not refused for want of pages. */
static size_t refuse_choices(const struct pass_view *view, const struct pass_position *at) {
    const struct ac_op *op = &view->best->ops[at->item];
    uint64_t size;
    const bool can_be_granted = op_size(op, &view->best->head, &size) && size <= AC_LIMIT_MAX;
    return can_be_granted && op_asks_for_most(op, &view->best->head)
               ? sizeof sizes / sizeof sizes[0]
               : 0;
}

static bool make_refused(const struct pass_view *view, const struct pass_position *at,
                         struct ac_program *copy, bool *failed) {
    static const struct ac_op refuse = {
        .kind = AC_OP_REFUSE, .repeat = 1, .a = {.value = 1, .symbol = AC_ABSOLUTE}};
    struct ac_operand *size = &copy->ops[at->item].b;
    const struct ac_operand was = *size;
    (void)view;
    *size = ac_absolute(sizes[at->choice]);
    if (!ac_program_insert(copy, at->item, &refuse)) {
        *size = was;
        *failed = true;
        return false;
    }
    return true;
}

const struct pass pass_refuse = {AC_SHRINK_OPERANDS, false,          pass_one,
                                 pass_each_op,       refuse_choices, make_refused};
