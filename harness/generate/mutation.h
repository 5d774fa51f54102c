// SPDX-License-Identifier: MIT
// The context of a mutation.
#ifndef ALLOCHECK_MUTATION_H
#define ALLOCHECK_MUTATION_H

#include "allocheck/mutate.h"
#include "parts.h"

struct mutation {
    struct ac_program *program;
    const struct ac_generate_options *options;
    struct ac_random random;
    size_t max_ops;
};

static inline uint64_t ac_mutation_below(struct mutation *mutation, uint64_t bound) {
    return ac_random_below(&mutation->random, bound);
}

static inline size_t ac_capacity_left(const struct mutation *mutation) {
    return mutation->max_ops > mutation->program->count
               ? mutation->max_ops - mutation->program->count
               : 0;
}

static inline const char *ac_letters(const struct ac_op *op) {
    return ac_op_info((enum ac_op_kind)op->kind)->operands;
}

enum ac_mutated {
    AC_MUTATED,     /* applied, though the result may be the same */
    AC_NOT_APPLIED, /* does not apply to this program, which is unchanged */
    AC_MUTATE_NO_MEMORY,
};

/* Applies a mutation to a valid program of at most max_ops ops. */
typedef enum ac_mutated mutate(struct mutation *mutation);

/* mutate.c: the table of mutations. */
enum { AC_MUTATIONS = 16 };
struct ac_mutation {
    const char *name;
    mutate *apply;
    unsigned weight;
};
extern const struct ac_mutation ac_mutations[AC_MUTATIONS];

/* mutate_list.c: the list of ops. */
mutate ac_mutate_insert, ac_mutate_delete, ac_mutate_double, ac_mutate_splice, ac_mutate_swap;

/* mutate_op.c: one op. */
mutate ac_mutate_retarget, ac_mutate_nudge, ac_mutate_align, ac_mutate_product, ac_mutate_repeat,
    ac_mutate_kind;

/* mutate_thread.c: threads. */
mutate ac_mutate_thread, ac_mutate_merge, ac_mutate_exit, ac_mutate_spread;

/* mutate_head.c: the head. */
mutate ac_mutate_head;

#endif
