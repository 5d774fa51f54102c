// SPDX-License-Identifier: MIT
// Counts the programs of a scope and finds the one of an index.
#include "enumerate_private.h"

static const int change[AC_EFFECTS] = {[AC_EFFECT_ALLOCATES] = 1, [AC_EFFECT_FREES] = -1};

static bool works_on_a_block(enum ac_effect allocation) {
    return allocation == AC_EFFECT_USES || allocation == AC_EFFECT_FREES;
}

/* How many ops of a kind of allocating there are with so many blocks live. */
static uint64_t choices(const struct ac_enumeration *enumeration, enum ac_effect allocation,
                        uint32_t live) {
    return (uint64_t)enumeration->count[allocation] * (works_on_a_block(allocation) ? live : 1);
}

/* Programs that go on with `left` ops once an op of this allocating is done; there must be choices.
 */
static uint64_t ways_on(const struct ac_enumeration *enumeration, enum ac_effect allocation,
                        uint32_t left, uint32_t live) {
    return enumeration->ways[left][(int)live + change[allocation]];
}

/* Programs of `left` ops that start with `live` blocks. False: 2^63 or more. */
static bool count_ways(struct ac_enumeration *enumeration, uint32_t left, uint32_t live) {
    uint64_t *sum = &enumeration->ways[left][live];
    *sum = 0;
    for (int i = 0; i < AC_EFFECTS; i++) {
        const enum ac_effect allocation = (enum ac_effect)i;
        const uint64_t first = choices(enumeration, allocation, live);
        uint64_t all;
        if (first != 0 && (__builtin_mul_overflow(
                               first, ways_on(enumeration, allocation, left - 1, live), &all) ||
                           __builtin_add_overflow(*sum, all, sum))) {
            return false;
        }
    }
    return *sum <= INT64_MAX;
}

/* With `left` ops to go at most depth - left blocks can be allocated. */
static bool count_all(struct ac_enumeration *enumeration) {
    for (uint32_t live = 0; live <= enumeration->depth; live++) {
        enumeration->ways[0][live] = 1;
    }
    for (uint32_t left = 1; left <= enumeration->depth; left++) {
        for (uint32_t live = 0; live <= enumeration->depth - left; live++) {
            if (!count_ways(enumeration, left, live)) {
                return false;
            }
        }
    }
    return ac_enumeration_total(enumeration) <= INT64_MAX;
}

bool ac_enumerate(struct ac_enumeration *enumeration, const struct ac_scope *scope,
                  const struct ac_target *target) {
    *enumeration = (struct ac_enumeration){.head = scope->head, .depth = scope->depth};
    ac_enumerate_ops(enumeration, scope, target);
    return count_all(enumeration);
}

uint64_t ac_enumeration_of_length(const struct ac_enumeration *enumeration, uint32_t ops) {
    return enumeration->ways[ops][0];
}

/* Fewer ops make fewer programs: the sum of at most AC_SCOPE_DEPTH numbers below 2^63, each at most
 * half of the next, is below 2^64. */
uint64_t ac_enumeration_total(const struct ac_enumeration *enumeration) {
    uint64_t total = 0;
    for (uint32_t ops = 1; ops <= enumeration->depth; ops++) {
        total += ac_enumeration_of_length(enumeration, ops);
    }
    return total;
}

/* Where a program is while its ops are found one by one. */
struct walk {
    const struct ac_enumeration *enumeration;
    uint64_t index;                  /* among the programs that go on from here */
    uint32_t next;                   /* slot that no op named so far */
    uint32_t live;                   /* blocks, */
    uint32_t blocks[AC_SCOPE_DEPTH]; /* and their slots */
};

static uint32_t take_block(struct walk *walk, uint32_t at) {
    const uint32_t slot = walk->blocks[at];
    walk->live--;
    for (uint32_t i = at; i < walk->live; i++) {
        walk->blocks[i] = walk->blocks[i + 1];
    }
    return slot;
}

static uint32_t slot_for(struct walk *walk, enum ac_effect allocation, uint32_t block) {
    switch (allocation) {
    case AC_EFFECT_ALLOCATES:
        walk->blocks[walk->live++] = walk->next;
        return walk->next++;
    case AC_EFFECT_USES:
        return walk->blocks[block];
    case AC_EFFECT_FREES:
        return take_block(walk, block);
    default:
        return walk->next;
    }
}

/* The op of a choice: all blocks for one op, then the next op. */
static struct ac_op op_of(struct walk *walk, enum ac_effect allocation, uint64_t choice) {
    const uint64_t blocks = works_on_a_block(allocation) ? walk->live : 1;
    struct ac_op op = walk->enumeration->ops[allocation][choice / blocks];
    op.slot = slot_for(walk, allocation, (uint32_t)(choice % blocks));
    op.from = op.kind == AC_OP_REALLOC ? op.slot : 0;
    return op;
}

/* The next op of a program that has `left` more after it. */
static struct ac_op step(struct walk *walk, uint32_t left) {
    const struct ac_enumeration *enumeration = walk->enumeration;
    for (int i = 0;; i++) {
        const enum ac_effect allocation = (enum ac_effect)i;
        const uint64_t first = choices(enumeration, allocation, walk->live);
        const uint64_t each = first != 0 ? ways_on(enumeration, allocation, left, walk->live) : 0;
        if (walk->index < first * each) {
            const uint64_t choice = walk->index / each;
            walk->index %= each;
            return op_of(walk, allocation, choice);
        }
        walk->index -= first * each;
    }
}

bool ac_enumeration_at(const struct ac_enumeration *enumeration, uint64_t index,
                       struct ac_program *program) {
    struct walk walk = {.enumeration = enumeration, .index = index};
    uint32_t length = 1;
    while (walk.index >= ac_enumeration_of_length(enumeration, length)) {
        walk.index -= ac_enumeration_of_length(enumeration, length);
        length++;
    }
    ac_program_clear(program);
    program->head = enumeration->head;
    for (uint32_t left = length; left-- > 0;) {
        const struct ac_op op = step(&walk, left);
        if (!ac_program_append(program, &op)) {
            ac_program_clear(program);
            return false;
        }
    }
    return true;
}
