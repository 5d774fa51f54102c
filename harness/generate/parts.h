// SPDX-License-Identifier: MIT
// Parts of generated programs, for the generator and the mutator.
#ifndef ALLOCHECK_GENERATE_PARTS_H
#define ALLOCHECK_GENERATE_PARTS_H

#include "allocheck/generate.h"

/* The context of a generated size. */
struct size_draw {
    const struct ac_head *head;
    struct ac_random *random;
    const struct ac_boundaries *boundaries; /* may be NULL */
};

struct ac_product {
    struct ac_operand count;
    struct ac_operand size;
};

/* Factors for calloc and the like: usually of `size`, sometimes with a product that wraps. */
struct ac_product ac_generate_product(const struct size_draw *from, struct ac_operand size);

/* True if a group is enabled. */
static inline bool ac_group_on(const struct ac_head *head, enum ac_group group) {
    return (head->groups >> group & 1) == 1;
}

/* Draws an enabled group, then one of its op kinds by weight. */
enum ac_op_kind ac_generate_kind(const struct ac_head *head, struct ac_random *random);

/* Spreads the ops over 2 to 4 threads, a few in a row on each. Sets head.threads. */
void ac_spread(struct ac_program *program, struct ac_random *random);

/* A repeat count, near the usual numbers of bits in a word or blocks in a span. */
uint32_t ac_generate_repeat(struct ac_random *random);

#endif
