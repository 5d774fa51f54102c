// SPDX-License-Identifier: MIT
// A small request with `refuse` instead of a request for nearly all memory: it says what happens,
// and works under any limit.
#include "pass.h"

static const uint64_t sizes[] = {64, 5000, 100000};

static size_t refuse_choices(const struct pass_view *view, const struct pass_position *at) {
    return op_asks_for_most(&view->best->ops[at->item], &view->best->head)
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
