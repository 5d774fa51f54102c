// SPDX-License-Identifier: MIT
// Fewer ops: runs of them are left out, single ones, all that name a slot, two at once.
#include "shrink.h"

#include <string.h>

enum { MOST_OPS_FOR_PAIRS = 24 }; /* of longer programs there are too many pairs */

size_t shrink_one(const struct shrink_view *view, const struct shrink_place *at) {
    (void)view, (void)at;
    return 1;
}

size_t shrink_ops(const struct shrink_view *view, const struct shrink_place *at) {
    (void)at;
    return view->best->count;
}

bool shrink_has_slot(const struct ac_op *op) {
    return strpbrk(shrink_letters(op), "DP") != NULL;
}

bool shrink_has_two_slots(const struct ac_op *op) {
    return strstr(shrink_letters(op), "DP") != NULL;
}

bool shrink_mentions(const struct ac_op *op, uint32_t slot) {
    return (shrink_has_slot(op) && slot - op->slot < op->repeat) ||
           (shrink_has_two_slots(op) && slot - op->from < op->repeat);
}

/* --- what is after the op that shows it --- */

static bool make_without_after(const struct shrink_view *view, const struct shrink_place *at,
                               struct ac_program *copy, bool *failed) {
    (void)at, (void)failed;
    if (view->plan->last_op >= copy->count) {
        return false;
    }
    ac_program_remove(copy, view->plan->last_op + 1, copy->count);
    return true;
}

const struct shrink_pass shrink_after = {AC_SHRINK_OPS, true,       shrink_one,
                                         shrink_one,    shrink_one, make_without_after};

/* --- runs: halves, quarters ... single ops, from the end on --- */

static size_t run_length(const struct shrink_place *at) {
    return at->base >> (at->level + 1);
}

static size_t run_levels(const struct shrink_view *view, const struct shrink_place *at) {
    size_t levels = 1;
    (void)view;
    while (at->base >> levels > 1) {
        levels++;
    }
    return levels;
}

static size_t length_at(const struct shrink_place *at) {
    const size_t length = run_length(at);
    return length > 0 ? length : 1;
}

static size_t run_items(const struct shrink_view *view, const struct shrink_place *at) {
    return (view->best->count + length_at(at) - 1) / length_at(at);
}

static bool make_without_run(const struct shrink_view *view, const struct shrink_place *at,
                             struct ac_program *copy, bool *failed) {
    const size_t end = copy->count - at->item * length_at(at);
    const size_t from = end > length_at(at) ? end - length_at(at) : 0;
    (void)view, (void)failed;
    ac_program_remove(copy, from, end - from);
    return true;
}

const struct shrink_pass shrink_runs = {AC_SHRINK_OPS, true,       run_levels,
                                        run_items,     shrink_one, make_without_run};

/* --- all ops of a slot --- */

static bool make_without_slot(const struct shrink_view *view, const struct shrink_place *at,
                              struct ac_program *copy, bool *failed) {
    const struct ac_op *op = &view->best->ops[at->item];
    const size_t before = copy->count;
    (void)failed;
    if (!shrink_has_slot(op)) {
        return false;
    }
    size_t kept = 0;
    for (size_t i = 0; i < before; i++) {
        if (!shrink_mentions(&view->best->ops[i], op->slot)) {
            copy->ops[kept++] = view->best->ops[i];
        }
    }
    copy->count = kept;
    return true;
}

const struct shrink_pass shrink_slot_ops = {AC_SHRINK_OPS, true,       shrink_one,
                                            shrink_ops,    shrink_one, make_without_slot};

/* --- two ops that are in each other's way --- */

static size_t pair_items(const struct shrink_view *view, const struct shrink_place *at) {
    (void)at;
    return view->best->count <= MOST_OPS_FOR_PAIRS ? view->best->count : 0;
}

static size_t pair_choices(const struct shrink_view *view, const struct shrink_place *at) {
    (void)view;
    return at->item; /* the op before it */
}

static bool make_without_pair(const struct shrink_view *view, const struct shrink_place *at,
                              struct ac_program *copy, bool *failed) {
    (void)view, (void)failed;
    ac_program_remove(copy, at->item, 1);
    ac_program_remove(copy, at->choice, 1);
    return true;
}

const struct shrink_pass shrink_pairs = {AC_SHRINK_OPS, true,         shrink_one,
                                         pair_items,    pair_choices, make_without_pair};
