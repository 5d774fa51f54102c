// SPDX-License-Identifier: MIT
// Fewer ops: removes runs of ops, single ops, all ops of a slot, and pairs.
#include "pass.h"

#include <string.h>

enum { MOST_OPS_FOR_PAIRS = 24 }; /* longer programs have too many pairs */

size_t pass_one(const struct pass_view *view, const struct pass_position *at) {
    (void)view, (void)at;
    return 1;
}

size_t pass_each_op(const struct pass_view *view, const struct pass_position *at) {
    (void)at;
    return view->best->count;
}

/* --- ops after the one that shows the finding --- */

static bool make_without_after(const struct pass_view *view, const struct pass_position *at,
                               struct ac_program *copy, bool *failed) {
    (void)at, (void)failed;
    if (view->plan->last_op >= copy->count)
        return false;
    ac_program_remove(copy, view->plan->last_op + 1, copy->count);
    return true;
}

const struct pass pass_after = {AC_SHRINK_OPS, true,     pass_one,
                                pass_one,      pass_one, make_without_after};

/* --- runs: halves, quarters ... single ops, last ones first --- */

static size_t run_length(const struct pass_position *at) {
    return at->base >> (at->level + 1);
}

static size_t run_levels(const struct pass_view *view, const struct pass_position *at) {
    size_t levels = 1;
    (void)view;
    while (at->base >> levels > 1)
        levels++;
    return levels;
}

static size_t length_at(const struct pass_position *at) {
    const size_t length = run_length(at);
    return length > 0 ? length : 1;
}

static size_t run_items(const struct pass_view *view, const struct pass_position *at) {
    return (view->best->count + length_at(at) - 1) / length_at(at);
}

static bool make_without_run(const struct pass_view *view, const struct pass_position *at,
                             struct ac_program *copy, bool *failed) {
    const size_t end = copy->count - at->item * length_at(at);
    const size_t from = end > length_at(at) ? end - length_at(at) : 0;
    (void)view, (void)failed;
    ac_program_remove(copy, from, end - from);
    return true;
}

const struct pass pass_runs = {AC_SHRINK_OPS, true,     run_levels,
                               run_items,     pass_one, make_without_run};

/* --- all ops of a slot --- */

static bool make_without_slot(const struct pass_view *view, const struct pass_position *at,
                              struct ac_program *copy, bool *failed) {
    const struct ac_op *op = &view->best->ops[at->item];
    const size_t before = copy->count;
    (void)failed;
    if (!op_has_slot(op))
        return false;
    size_t kept = 0;
    for (size_t i = 0; i < before; i++)
        if (!op_mentions(&view->best->ops[i], op->slot))
            copy->ops[kept++] = view->best->ops[i];
    copy->count = kept;
    return true;
}

const struct pass pass_slot_ops = {AC_SHRINK_OPS, true,     pass_one,
                                   pass_each_op,  pass_one, make_without_slot};

/* --- two ops that only go together --- */

static size_t pair_items(const struct pass_view *view, const struct pass_position *at) {
    (void)at;
    return view->best->count <= MOST_OPS_FOR_PAIRS ? view->best->count : 0;
}

static size_t pair_choices(const struct pass_view *view, const struct pass_position *at) {
    (void)view;
    return at->item; /* the op before it */
}

static bool make_without_pair(const struct pass_view *view, const struct pass_position *at,
                              struct ac_program *copy, bool *failed) {
    (void)view, (void)failed;
    ac_program_remove(copy, at->item, 1);
    ac_program_remove(copy, at->choice, 1);
    return true;
}

const struct pass pass_pairs = {AC_SHRINK_OPS, true,         pass_one,
                                pair_items,    pair_choices, make_without_pair};
