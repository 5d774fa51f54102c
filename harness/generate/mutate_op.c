// SPDX-License-Identifier: MIT
// Mutations of one op: its slots, operands, repeat and kind.
#include "mutation.h"

#include <string.h>

/* A random op that has an operand with one of the letters, or NULL. */
static struct ac_op *pick(struct mutation *mutation, const char *letters) {
    size_t count = mutation->program->count;
    size_t start = (size_t)ac_mutation_below(mutation, count);
    for (size_t i = 0; i < count; i++) {
        struct ac_op *op = &mutation->program->ops[(start + i) % count];
        if (strpbrk(ac_letters(op), letters) != NULL)
            return op;
    }
    return NULL;
}

/* The slot of another op, or one close to it. */
static uint32_t other_slot(struct mutation *mutation) {
    const struct ac_op *op = pick(mutation, "DP");
    bool second = strstr(ac_letters(op), "DP") != NULL && ac_mutation_below(mutation, 2) == 0;
    uint64_t slot = second ? op->from : op->slot;
    if (ac_mutation_below(mutation, 4) == 0)
        slot += 1 + ac_mutation_below(mutation, 3);
    return (uint32_t)(slot % AC_SLOTS_IN_BYTES);
}

enum ac_mutated ac_mutate_retarget(struct mutation *mutation) {
    struct ac_op *op = pick(mutation, "DP");
    if (op == NULL)
        return AC_NOT_APPLIED;
    uint32_t slot = other_slot(mutation);
    bool two = strstr(ac_letters(op), "DP") != NULL;
    uint64_t which = two ? ac_mutation_below(mutation, 3) : 0;
    if (which != 1)
        op->slot = slot;
    if (which != 0)
        op->from = slot;
    return AC_MUTATED;
}

/* The S of another op: equal sizes make allocators recycle blocks. */
static struct ac_operand other_size(struct mutation *mutation) {
    return pick(mutation, "S")->b;
}

static struct ac_operand nudged(struct mutation *mutation, struct ac_operand size) {
    static const int8_t deltas[] = {-1, 1, -2, 2, -8, 8, -15, 15, -16, 16, -17, 17, -32, 32, 64};
    const struct size_draw from = {&mutation->program->head, &mutation->random,
                                   mutation->options->boundaries};
    switch (ac_mutation_below(mutation, 6)) {
    case 0:
    case 1:
        size.value += (uint64_t)deltas[ac_mutation_below(mutation, sizeof deltas)];
        return size;
    case 2:
        size.value = size.symbol == AC_ABSOLUTE ? size.value * 2 : -size.value;
        return size;
    case 3:
        size.value = size.symbol == AC_ABSOLUTE ? size.value / 2 : 0;
        return size;
    case 4:
        return other_size(mutation);
    default:
        return ac_generate_size(from.head, from.random, from.boundaries);
    }
}

enum ac_mutated ac_mutate_nudge(struct mutation *mutation) {
    struct ac_op *op = pick(mutation, "NSK"); /* ops with N have an S as well */
    if (op == NULL)
        return AC_NOT_APPLIED;
    bool has_size = strchr(ac_letters(op), 'S') != NULL;
    bool has_other = strpbrk(ac_letters(op), "NK") != NULL;
    if (!has_size)
        op->a = ac_absolute(ac_mutation_below(mutation, 8));
    else if (has_other && ac_mutation_below(mutation, 2) == 0)
        op->a = nudged(mutation, op->a);
    else
        op->b = nudged(mutation, op->b);
    return AC_MUTATED;
}

enum ac_mutated ac_mutate_align(struct mutation *mutation) {
    struct ac_op *op = pick(mutation, "A");
    if (op == NULL)
        return AC_NOT_APPLIED;
    op->a = ac_generate_alignment(&mutation->random);
    return AC_MUTATED;
}

enum ac_mutated ac_mutate_product(struct mutation *mutation) {
    struct ac_op *op = pick(mutation, "N");
    if (op == NULL)
        return AC_NOT_APPLIED;
    const struct size_draw from = {&mutation->program->head, &mutation->random,
                                   mutation->options->boundaries};
    struct ac_product product = ac_generate_product(&from, other_size(mutation));
    op->a = product.count;
    op->b = product.size;
    return AC_MUTATED;
}

enum ac_mutated ac_mutate_repeat(struct mutation *mutation) {
    struct ac_op *op = pick(mutation, "DP");
    if (op == NULL)
        return AC_NOT_APPLIED;
    bool single = op->repeat > 1 && ac_mutation_below(mutation, 2) == 0;
    op->repeat = single ? 1 : ac_generate_repeat(&mutation->random);
    return AC_MUTATED;
}

static bool may_become(const struct mutation *mutation, const struct ac_op *op, unsigned kind) {
    const struct ac_op_info *info = ac_op_info((enum ac_op_kind)kind);
    return kind != op->kind && strcmp(info->operands, ac_letters(op)) == 0 &&
           ac_group_on(&mutation->program->head, (enum ac_group)info->group);
}

/* Another op with the same operands. */
enum ac_mutated ac_mutate_kind(struct mutation *mutation) {
    if (mutation->program->count == 0)
        return AC_NOT_APPLIED;
    struct ac_op *op =
        &mutation->program->ops[ac_mutation_below(mutation, mutation->program->count)];
    uint8_t kinds[AC_OP_KINDS];
    size_t count = 0;
    for (unsigned kind = 0; kind < AC_OP_KINDS; kind++)
        if (may_become(mutation, op, kind))
            kinds[count++] = (uint8_t)kind;
    if (count == 0)
        return AC_NOT_APPLIED;
    op->kind = kinds[ac_mutation_below(mutation, count)];
    return AC_MUTATED;
}
