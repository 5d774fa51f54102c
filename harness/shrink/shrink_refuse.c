// SPDX-License-Identifier: MIT
// A refused page request in place of one for nearly all there is: it says what happens, and says it
// wherever the program runs.
#include "shrink.h"

static const uint64_t sizes[] = {64, 5000, 100000};

static size_t refuse_choices(const struct shrink_view *view, const struct shrink_place *at) {
    return shrink_asks_for_most(&view->best->ops[at->item], &view->best->head)
               ? sizeof sizes / sizeof sizes[0]
               : 0;
}

static bool make_refused(const struct shrink_view *view, const struct shrink_place *at,
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

const struct shrink_pass shrink_refuse = {AC_SHRINK_OPERANDS, false,          shrink_one,
                                          shrink_ops,         refuse_choices, make_refused};
