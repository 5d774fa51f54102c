// SPDX-License-Identifier: MIT
// The inside of a shrinker: its passes, and what they have tried.
#ifndef ALLOCHECK_SRC_SHRINK_H
#define ALLOCHECK_SRC_SHRINK_H

#include "allocheck/shrink.h"

/* Where in its passes a shrinker is. Plain data: going back is an assignment. */
struct shrink_place {
    unsigned pass;
    size_t level, item, choice; /* within the pass: level by level, item by item */
    size_t base;                /* ops of the program when the pass began */
    bool taken;                 /* a candidate, in this round through all passes */
};

/* What a pass looks at. */
struct shrink_view {
    const struct ac_program *best;
    const struct ac_shrink_plan *plan;
    uint64_t largest; /* size that the program given asks for, of those that could be granted */
};

/* One kind of step. The candidates of a program are those of each level, item and choice. */
struct shrink_pass {
    enum ac_shrink_pass of;
    bool again; /* what is after a candidate that is taken takes its place: the place stays */
    /* How many there are, for a place whose outer counters are valid. */
    size_t (*levels)(const struct shrink_view *view, const struct shrink_place *at);
    size_t (*items)(const struct shrink_view *view, const struct shrink_place *at);
    size_t (*choices)(const struct shrink_view *view, const struct shrink_place *at);
    /* Makes the candidate of a place of a copy of the best program. False: there is none, and the
     * copy is as it was; or out of memory, which *failed says. */
    bool (*make)(const struct shrink_view *view, const struct shrink_place *at,
                 struct ac_program *copy, bool *failed);
};

extern const struct shrink_pass shrink_after, shrink_runs, shrink_slot_ops, shrink_pairs,
    shrink_repeat, shrink_fold, shrink_unroll, shrink_head, shrink_kind, shrink_product,
    shrink_value, shrink_trade, shrink_refuse, shrink_renumber, shrink_merge, shrink_join,
    shrink_exits, shrink_thread, shrink_number;

/* Counts of passes that have no use for one of the counters. */
size_t shrink_one(const struct shrink_view *view, const struct shrink_place *at);
/* The ops of the best program. */
size_t shrink_ops(const struct shrink_view *view, const struct shrink_place *at);

/* --- ops --- */

static inline const char *shrink_letters(const struct ac_op *op) {
    return ac_op_info((enum ac_op_kind)op->kind)->operands;
}

/* True for ops that name a slot, and for those that name two. */
bool shrink_has_slot(const struct ac_op *op);
bool shrink_has_two_slots(const struct ac_op *op);
/* True where one of the slots that an op names, repeats included, is `slot'. */
bool shrink_mentions(const struct ac_op *op, uint32_t slot);

/* True for an op that ends a thread, which its `slot' names. */
bool shrink_ends_thread(const struct ac_op *op);
/* The threads that a program uses or ends, a bit each, without the main thread. */
unsigned shrink_threads_of(const struct ac_program *program);

/* The bytes that an op asks for, on any machine; false: it asks for none, or nobody can say. */
bool shrink_size_of(const struct ac_op *op, const struct ac_head *head, uint64_t *size);

/* True for an op that allocates most of what the program's memory limit allows. */
bool shrink_asks_for_most(const struct ac_op *op, const struct ac_head *head);

/* The product of two operands, where that is an operand. */
bool shrink_multiply(struct ac_operand left, struct ac_operand right, struct ac_operand *product);

/* --- what was tried --- */

/* A set of hashes of programs. Starts as {0}. */
struct shrink_seen {
    uint64_t *hashes; /* 0: free */
    size_t capacity, count;
};

uint64_t shrink_hash(const struct ac_program *program); /* never 0 */
bool shrink_seen_has(const struct shrink_seen *seen, uint64_t hash);
/* False: out of memory, it is not in the set. */
bool shrink_seen_add(struct shrink_seen *seen, uint64_t hash);
void shrink_seen_destroy(struct shrink_seen *seen);

#endif
