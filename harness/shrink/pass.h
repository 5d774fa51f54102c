// SPDX-License-Identifier: MIT
// What a pass is: one kind of step towards a simpler program.
#ifndef ALLOCHECK_SHRINK_PASS_H
#define ALLOCHECK_SHRINK_PASS_H

#include "ops.h"

#include "allocheck/shrink.h"

/* The position of a candidate: its pass, and three nested counters within the pass. Plain data, so
 * going back is an assignment. */
struct pass_position {
    unsigned pass;
    size_t level, item, choice; /* outermost first */
    size_t base;                /* ops of the program when the pass began */
    bool taken;                 /* this round through the passes has taken a candidate */
};

/* The input of a pass. */
struct pass_view {
    const struct ac_program *best;
    const struct ac_shrink_plan *plan;
    uint64_t
        largest; /* largest size that the original program asks for and an allocator can grant */
};

/* One kind of step. A program has one candidate for each level, item and choice. */
struct pass {
    enum ac_shrink_goal goal;
    bool stays; /* after a candidate is taken, its position holds the next one */
    /* How many there are; the outer counters of the position are valid. */
    size_t (*levels)(const struct pass_view *view, const struct pass_position *at);
    size_t (*items)(const struct pass_view *view, const struct pass_position *at);
    size_t (*choices)(const struct pass_view *view, const struct pass_position *at);
    /* Turns a copy of the best program into the candidate of a position. False: there is none, and
     * the copy is unchanged; or out of memory, and *failed is set. */
    bool (*make)(const struct pass_view *view, const struct pass_position *at,
                 struct ac_program *copy, bool *failed);
};

extern const struct pass pass_after, pass_last, pass_flood, pass_programs, pass_runs, pass_slot_ops,
    pass_pairs, pass_repeat, pass_fold, pass_unroll, pass_plain_head, pass_head, pass_kind,
    pass_largest, pass_every, pass_product, pass_value, pass_trade, pass_refuse, pass_exhaust,
    pass_renumber, pass_merge, pass_join, pass_exits, pass_thread, pass_number;

/* Counts for passes that do not use a counter, and for passes with one item per op. */
size_t pass_one(const struct pass_view *view, const struct pass_position *at);
size_t pass_each_op(const struct pass_view *view, const struct pass_position *at);

#endif
