// SPDX-License-Identifier: MIT
// Ops on single blocks instead of `largest` and `free_every`.
#include "pass.h"

#include "program/outline.h"

/* --- `largest`: frees and a request of that size, one of the two, or another size --- */

enum { REQUEST, FREES, FREES_AND_REQUEST, LARGEST_CHOICES };

static size_t largest_choices(const struct pass_view *view, const struct pass_position *at) {
    return view->best->ops[at->item].kind == AC_OP_LARGEST ? LARGEST_CHOICES : 0;
}

/* The largest size before an op. */
static uint64_t largest_before(const struct ac_program *program, size_t op, bool *failed) {
    struct ac_outline outline;
    *failed = !ac_outline_begin(&outline, program);
    for (size_t i = 0; i < op && !*failed; i++)
        ac_outline_step(&outline, &program->ops[i]);
    ac_outline_end(&outline);
    return outline.largest;
}

static bool make_plain_largest(const struct pass_view *view, const struct pass_position *at,
                               struct ac_program *copy, bool *failed) {
    struct ac_op *op = &copy->ops[at->item];
    const struct ac_op frees = {
        .kind = AC_OP_FREE_EVERY, .thread = op->thread, .repeat = 1, .a = ac_absolute(1)};
    if (at->choice == FREES) {
        *op = frees;
        return true;
    }
    const uint64_t size = largest_before(view->best, at->item, failed);
    if (*failed)
        return false;
    op->kind = AC_OP_MALLOC;
    op->b = ac_absolute(size);
    *failed = at->choice == FREES_AND_REQUEST && !ac_program_insert(copy, at->item, &frees);
    return !*failed;
}

const struct pass pass_largest = {AC_SHRINK_KINDS, false,           pass_one,
                                  pass_each_op,    largest_choices, make_plain_largest};

/* --- `free_every`: the free of one block --- */

enum { LOOK_BACK = 64 }; /* ops that may have allocated the block */

static size_t every_choices(const struct pass_view *view, const struct pass_position *at) {
    if (view->best->ops[at->item].kind != AC_OP_FREE_EVERY)
        return 0;
    return at->item < LOOK_BACK ? at->item : LOOK_BACK;
}

static bool make_one_free(const struct pass_view *view, const struct pass_position *at,
                          struct ac_program *copy, bool *failed) {
    const struct ac_op *from = &view->best->ops[at->item - 1 - at->choice];
    struct ac_op *op = &copy->ops[at->item];
    (void)failed;
    if (op_letters(from)[0] != 'D')
        return false;
    *op = (struct ac_op){
        .kind = AC_OP_FREE, .thread = op->thread, .slot = from->slot, .repeat = from->repeat};
    return true;
}

const struct pass pass_every = {AC_SHRINK_KINDS, false,         pass_one,
                                pass_each_op,    every_choices, make_one_free};
