// SPDX-License-Identifier: MIT
// Fewer repeats, and fewer ops by means of repeats.
#include "pass.h"

/* --- one op, less often --- */

/* Once, then less by powers of two, the largest first; repeats go from the end, then from the
 * beginning. */
enum { STEPS = 19, REPEAT_CHOICES = 2 * STEPS };

static size_t repeat_choices(const struct pass_view *view, const struct pass_position *at) {
    return view->best->ops[at->item].repeat > 1 ? REPEAT_CHOICES : 0;
}

/* Repeats that a step removes; 0: it does not apply. */
static uint32_t removed_by(uint32_t repeat, size_t step) {
    const uint32_t power = UINT32_C(1) << (STEPS - 1 - step);
    return step == 0 ? repeat - 1 : power < repeat ? power : 0;
}

static bool make_repeat_less(const struct pass_view *view, const struct pass_position *at,
                             struct ac_program *copy, bool *failed) {
    struct ac_op *op = &copy->ops[at->item];
    const uint32_t less = removed_by(op->repeat, at->choice % STEPS);
    const bool from_beginning = at->choice >= STEPS;
    (void)view, (void)failed;
    if (less == 0 || (from_beginning && !op_has_slot(op)))
        return false;
    op->repeat -= less;
    if (from_beginning && op->slot + (uint64_t)less < AC_SLOTS) {
        op->slot += less;
        op->from += op_has_two_slots(op) ? less : 0;
    }
    op->from = op->from < AC_SLOTS ? op->from : AC_SLOTS - 1;
    return true;
}

const struct pass pass_repeat = {AC_SHRINK_REPEATS, false,          pass_one,
                                 pass_each_op,      repeat_choices, make_repeat_less};

/* --- a run of ops of one kind as one op with a repeat, or more repeats --- */

/* Bits of a choice: fresh slots, the last op's operands for all, two or four times the repeats. */
enum { NEW_SLOTS = 1, ANY_OPERANDS = 2, TWICE = 4, FOUR_TIMES = 8, FOLD_CHOICES = 16 };

static bool continues(const struct ac_op *first, const struct ac_op *next, uint64_t repeat,
                      size_t choice) {
    const bool slots = (choice & NEW_SLOTS) != 0 ||
                       ((next->slot == first->slot + repeat || !op_has_slot(first)) &&
                        (next->from == first->from + repeat || !op_has_two_slots(first)));
    const bool operands = (choice & ANY_OPERANDS) != 0 || (ac_operand_equal(first->a, next->a) &&
                                                           ac_operand_equal(first->b, next->b));
    const bool threads =
        next->thread == first->thread && (!op_ends_thread(first) || next->slot == first->slot);
    return next->kind == first->kind && threads && slots && operands;
}

static uint64_t times(size_t choice) {
    return ((choice & TWICE) != 0 ? 2u : 1u) * ((choice & FOUR_TIMES) != 0 ? 4u : 1u);
}

/* One past the highest slot of a program. */
static uint64_t end_of_slots(const struct ac_program *program) {
    uint64_t end = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        if (op_has_slot(op) && op_slots_end(op) > end)
            end = op_slots_end(op);
    }
    return end;
}

static size_t fold_choices(const struct pass_view *view, const struct pass_position *at) {
    const struct ac_op *op = &view->best->ops[at->item];
    return at->item + 1 < view->best->count && op[1].kind == op[0].kind ? FOLD_CHOICES : 0;
}

static bool make_folded(const struct pass_view *view, const struct pass_position *at,
                        struct ac_program *copy, bool *failed) {
    const struct ac_program *best = view->best;
    const struct ac_op *first = &best->ops[at->item];
    const bool anew = (at->choice & NEW_SLOTS) != 0;
    const uint64_t slot = anew ? end_of_slots(best) : first->slot;
    uint64_t repeat = first->repeat;
    size_t end = at->item + 1;
    (void)failed;
    while (end < best->count && continues(first, &best->ops[end], repeat, at->choice))
        repeat += best->ops[end++].repeat;
    repeat *= times(at->choice);
    if (end == at->item + 1 || repeat > AC_MAX_REPEAT || slot + repeat > AC_SLOTS ||
        (anew && op_letters(first)[0] != 'D'))
        return false;
    struct ac_op folded = best->ops[end - 1];
    folded.repeat = (uint32_t)repeat;
    folded.slot = (uint32_t)slot;
    folded.from = first->from;
    copy->ops[at->item] = folded;
    ac_program_remove(copy, at->item + 1, end - at->item - 1);
    return true;
}

const struct pass pass_fold = {AC_SHRINK_REPEATS, false,        pass_one,
                               pass_each_op,      fold_choices, make_folded};

/* --- `repeat 2` as two ops: each can go alone then --- */

static size_t unroll_choices(const struct pass_view *view, const struct pass_position *at) {
    return view->best->ops[at->item].repeat == 2;
}

static bool make_unrolled(const struct pass_view *view, const struct pass_position *at,
                          struct ac_program *copy, bool *failed) {
    struct ac_op *op = &copy->ops[at->item];
    struct ac_op second = *op;
    (void)view;
    if ((uint64_t)op->slot + 1 >= AC_SLOTS || (uint64_t)op->from + 1 >= AC_SLOTS)
        return false;
    second.repeat = 1;
    second.slot += op_has_slot(op);
    second.from += op_has_two_slots(op);
    if (!ac_program_insert(copy, at->item + 1, &second)) {
        *failed = true;
        return false;
    }
    copy->ops[at->item].repeat = 1;
    return true;
}

const struct pass pass_unroll = {AC_SHRINK_REPEATS, false,          pass_one,
                                 pass_each_op,      unroll_choices, make_unrolled};
