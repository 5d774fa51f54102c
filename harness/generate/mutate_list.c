// SPDX-License-Identifier: MIT
// Mutations of the list: which ops there are, and in which order.
#include "mutation.h"

enum { MOST_AT_ONCE = 4 };

/* A few ops in a row. */
struct range {
    size_t start;
    size_t count;
};

static struct range draw_range(struct mutation *by, size_t most) {
    size_t count = by->program->count;
    struct range range = {.start = (size_t)ac_mutation_below(by, count)};
    size_t after = count - range.start;
    size_t bound = most < MOST_AT_ONCE ? most : MOST_AT_ONCE;
    range.count = 1 + (size_t)ac_mutation_below(by, after < bound ? after : bound);
    return range;
}

enum ac_mutated ac_mutate_insert(struct mutation *by) {
    if (ac_capacity_left(by) == 0) {
        return AC_NOT_APPLIED;
    }
    struct ac_op op;
    ac_generate_op(&op, &by->program->head, &by->random, by->options);
    size_t position = (size_t)ac_mutation_below(by, by->program->count + 1);
    return ac_program_insert(by->program, position, &op) ? AC_MUTATED : AC_MUTATE_NO_MEMORY;
}

enum ac_mutated ac_mutate_delete(struct mutation *by) {
    if (by->program->count < 2) {
        return AC_NOT_APPLIED;
    }
    struct range range = draw_range(by, by->program->count - 1);
    ac_program_remove(by->program, range.start, range.count);
    return AC_MUTATED;
}

/* Copies a range to `position`, op by op; the range moves along when it lies after. */
static enum ac_mutated copy_range(struct mutation *by, struct range range, size_t position) {
    for (size_t i = 0; i < range.count; i++) {
        size_t moved = range.start >= position ? i : 0;
        const struct ac_op op = by->program->ops[range.start + i + moved];
        if (!ac_program_insert(by->program, position + i, &op)) {
            return AC_MUTATE_NO_MEMORY;
        }
    }
    return AC_MUTATED;
}

/* After itself, or anywhere ahead or after. */
enum ac_mutated ac_mutate_double(struct mutation *by) {
    if (ac_capacity_left(by) == 0 || by->program->count == 0) {
        return AC_NOT_APPLIED;
    }
    struct range range = draw_range(by, ac_capacity_left(by));
    size_t end = range.start + range.count;
    if (ac_mutation_below(by, 2) == 0) {
        return copy_range(by, range, end);
    }
    size_t ahead = (size_t)ac_mutation_below(by, range.start + 1);
    size_t after = end + (size_t)ac_mutation_below(by, by->program->count - end + 1);
    return copy_range(by, range, ac_mutation_below(by, 2) == 0 ? ahead : after);
}

/* Ops of a campaign with more threads, at home in this one. */
static struct ac_op fixed(const struct mutation *by, struct ac_op op) {
    uint8_t threads = by->program->head.threads;
    op.thread = (uint8_t)(op.thread % threads);
    if (op.kind == AC_OP_EXIT) {
        op.slot = threads > 1 ? 1 + (op.slot - 1) % (threads - 1u) : 1;
    }
    return op;
}

/* A part of a program drawn anew: ops that belong together. */
enum ac_mutated ac_mutate_splice(struct mutation *by) {
    if (ac_capacity_left(by) == 0) {
        return AC_NOT_APPLIED;
    }
    struct ac_generate_options options = *by->options;
    options.groups = by->program->head.groups;
    options.max_ops = (uint32_t)(ac_capacity_left(by) < 2 * MOST_AT_ONCE ? ac_capacity_left(by)
                                                                         : 2 * MOST_AT_ONCE);
    struct ac_program part;
    ac_program_init(&part);
    bool done = ac_generate(&part, ac_random_next(&by->random), &options);
    size_t position = (size_t)ac_mutation_below(by, by->program->count + 1);
    for (size_t i = 0; done && i < part.count; i++) {
        const struct ac_op op = fixed(by, part.ops[i]);
        done = ac_program_insert(by->program, position + i, &op);
    }
    ac_program_destroy(&part);
    return done ? AC_MUTATED : AC_MUTATE_NO_MEMORY;
}

enum ac_mutated ac_mutate_swap(struct mutation *by) {
    size_t count = by->program->count;
    if (count < 2) {
        return AC_NOT_APPLIED;
    }
    size_t left = (size_t)ac_mutation_below(by, count);
    size_t right = (left + 1 + (size_t)ac_mutation_below(by, count - 1)) % count;
    struct ac_op op = by->program->ops[left];
    by->program->ops[left] = by->program->ops[right];
    by->program->ops[right] = op;
    return AC_MUTATED;
}
