// SPDX-License-Identifier: MIT
// Mutations of the list of ops.
#include "mutation.h"

enum { MOST_AT_ONCE = 4 };

/* Consecutive ops. */
struct range {
    size_t start;
    size_t count;
};

static struct range draw_range(struct mutation *mutation, size_t most) {
    size_t count = mutation->program->count;
    struct range range = {.start = (size_t)ac_mutation_below(mutation, count)};
    size_t after = count - range.start;
    size_t bound = most < MOST_AT_ONCE ? most : MOST_AT_ONCE;
    range.count = 1 + (size_t)ac_mutation_below(mutation, after < bound ? after : bound);
    return range;
}

enum ac_mutated ac_mutate_insert(struct mutation *mutation) {
    if (ac_capacity_left(mutation) == 0)
        return AC_NOT_APPLIED;
    struct ac_op op;
    ac_generate_op(&op, &mutation->program->head, &mutation->random, mutation->options);
    size_t position = (size_t)ac_mutation_below(mutation, mutation->program->count + 1);
    return ac_program_insert(mutation->program, position, &op) ? AC_MUTATED : AC_MUTATE_NO_MEMORY;
}

enum ac_mutated ac_mutate_delete(struct mutation *mutation) {
    if (mutation->program->count < 2)
        return AC_NOT_APPLIED;
    struct range range = draw_range(mutation, mutation->program->count - 1);
    ac_program_remove(mutation->program, range.start, range.count);
    return AC_MUTATED;
}

/* Inserts a copy of a range at `position`. A range after `position` moves with each insertion. */
static enum ac_mutated copy_range(struct mutation *mutation, struct range range, size_t position) {
    for (size_t i = 0; i < range.count; i++) {
        size_t moved = range.start >= position ? i : 0;
        const struct ac_op op = mutation->program->ops[range.start + i + moved];
        if (!ac_program_insert(mutation->program, position + i, &op))
            return AC_MUTATE_NO_MEMORY;
    }
    return AC_MUTATED;
}

/* Copies a range to after itself, or to anywhere before or after it. */
enum ac_mutated ac_mutate_double(struct mutation *mutation) {
    if (ac_capacity_left(mutation) == 0 || mutation->program->count == 0)
        return AC_NOT_APPLIED;
    struct range range = draw_range(mutation, ac_capacity_left(mutation));
    size_t end = range.start + range.count;
    if (ac_mutation_below(mutation, 2) == 0)
        return copy_range(mutation, range, end);
    size_t ahead = (size_t)ac_mutation_below(mutation, range.start + 1);
    size_t after = end + (size_t)ac_mutation_below(mutation, mutation->program->count - end + 1);
    return copy_range(mutation, range, ac_mutation_below(mutation, 2) == 0 ? ahead : after);
}

/* Adapts an op to the threads of the program. */
static struct ac_op adapted(const struct mutation *mutation, struct ac_op op) {
    uint8_t threads = mutation->program->head.threads;
    op.thread = (uint8_t)(op.thread % threads);
    if (op.kind == AC_OP_EXIT)
        op.slot = threads > 1 ? 1 + (op.slot - 1) % (threads - 1u) : 1;
    return op;
}

/* Inserts a short generated program. */
enum ac_mutated ac_mutate_splice(struct mutation *mutation) {
    if (ac_capacity_left(mutation) == 0)
        return AC_NOT_APPLIED;
    struct ac_generate_options options = *mutation->options;
    options.groups = mutation->program->head.groups;
    options.max_ops =
        (uint32_t)(ac_capacity_left(mutation) < 2 * MOST_AT_ONCE ? ac_capacity_left(mutation)
                                                                 : 2 * MOST_AT_ONCE);
    struct ac_program part;
    ac_program_init(&part);
    bool done = ac_generate(&part, ac_random_next(&mutation->random), &options);
    size_t position = (size_t)ac_mutation_below(mutation, mutation->program->count + 1);
    for (size_t i = 0; done && i < part.count; i++) {
        const struct ac_op op = adapted(mutation, part.ops[i]);
        done = ac_program_insert(mutation->program, position + i, &op);
    }
    ac_program_destroy(&part);
    return done ? AC_MUTATED : AC_MUTATE_NO_MEMORY;
}

enum ac_mutated ac_mutate_swap(struct mutation *mutation) {
    size_t count = mutation->program->count;
    if (count < 2)
        return AC_NOT_APPLIED;
    size_t left = (size_t)ac_mutation_below(mutation, count);
    size_t right = (left + 1 + (size_t)ac_mutation_below(mutation, count - 1)) % count;
    struct ac_op op = mutation->program->ops[left];
    mutation->program->ops[left] = mutation->program->ops[right];
    mutation->program->ops[right] = op;
    return AC_MUTATED;
}
