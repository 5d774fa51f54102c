// SPDX-License-Identifier: MIT
// A small request with `refuse` instead of a request for nearly all memory, or after many that use
// it up: it says what happens, and works under any limit.
#include "pass.h"

#include <string.h>

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

static const struct ac_op refuse = {
    .kind = AC_OP_REFUSE, .repeat = 1, .a = {.value = 1, .symbol = AC_ABSOLUTE}};

static bool make_refused(const struct pass_view *view, const struct pass_position *at,
                         struct ac_program *copy, bool *failed) {
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

/* --- many requests, then the last op: once, refused --- */

enum { MANY = 16 }; /* repeats that may use up the memory */

static size_t exhaust_choices(const struct pass_view *view, const struct pass_position *at) {
    const struct ac_op *op = &view->best->ops[at->item];
    const bool fits = op->repeat >= MANY && op_letters(op)[0] == 'D' &&
                      strchr(op_letters(op), 'S') != NULL && at->item + 1 < view->best->count;
    return fits ? sizeof sizes / sizeof sizes[0] : 0;
}

static bool make_exhausted(const struct pass_view *view, const struct pass_position *at,
                           struct ac_program *copy, bool *failed) {
    const struct ac_op *many = &view->best->ops[at->item];
    struct ac_op *last = &copy->ops[copy->count - 1];
    (void)view;
    if (strchr(op_letters(last), 'S') == NULL)
        return false;
    last->b = ac_absolute(sizes[at->choice]);
    if (op_has_two_slots(last) && last->from - many->slot < many->repeat)
        last->from = many->slot;
    copy->ops[at->item].repeat = 1;
    *failed = !ac_program_insert(copy, copy->count - 1, &refuse);
    return !*failed;
}

const struct pass pass_exhaust = {AC_SHRINK_OPERANDS, false,           pass_one,
                                  pass_each_op,       exhaust_choices, make_exhausted};
