// SPDX-License-Identifier: MIT
// Random draws that the generator and the mutator share beyond generate.h.
#ifndef ALLOCHECK_GENERATE_PARTS_H
#define ALLOCHECK_GENERATE_PARTS_H

#include "allocheck/generate.h"

/* What sizes are drawn from. */
struct size_draw {
    const struct ac_head *head;
    struct ac_random *random;
    const struct ac_boundaries *boundaries; /* may be NULL */
};

struct ac_product {
    struct ac_operand count;
    struct ac_operand size;
};

/* Factors for calloc and its like: most often of `size`, now and then with a product that wraps. */
struct ac_product ac_generate_product(const struct size_draw *from, struct ac_operand size);

/* True where a group is on. */
static inline bool ac_group_on(const struct ac_head *head, enum ac_group group) {
    return (head->groups >> group & 1) == 1;
}

/* A kind of the groups that are on: the group first, then one of its ops by weight. */
enum ac_op_kind ac_generate_kind(const struct ac_head *head, struct ac_random *random);

/* All ops over 2 to 4 threads, a few in a row on each; head.threads is how many. */
void ac_spread(struct ac_program *program, struct ac_random *random);

/* A number of repeats: around word and class counts. */
uint32_t ac_generate_repeat(struct ac_random *random);

#endif
