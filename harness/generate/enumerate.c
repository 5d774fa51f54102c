// SPDX-License-Identifier: MIT
// Counts the programs of a scope, and makes the program with an index.
#include "enumerate_private.h"

static const int change[AC_EFFECTS] = {[AC_EFFECT_ALLOCATES] = 1, [AC_EFFECT_FREES] = -1};

static bool works_on_a_block(enum ac_effect effect) {
    return effect == AC_EFFECT_USES || effect == AC_EFFECT_FREES;
}

/* The number of ops with an effect while `live` blocks are live. */
static uint64_t choices(const struct ac_enumeration *enumeration, enum ac_effect effect,
                        uint32_t live) {
    return (uint64_t)enumeration->count[effect] * (works_on_a_block(effect) ? live : 1);
}

/* The number of continuations of `left` ops after a possible op with an effect. */
static uint64_t ways_on(const struct ac_enumeration *enumeration, enum ac_effect effect,
                        uint32_t left, uint32_t live) {
    return enumeration->ways[left][(int)live + change[effect]];
}

/* Counts the programs of `left` ops that start with `live` blocks. False: 2^63 or more. */
static bool count_ways(struct ac_enumeration *enumeration, uint32_t left, uint32_t live) {
    uint64_t *sum = &enumeration->ways[left][live];
    *sum = 0;
    for (int i = 0; i < AC_EFFECTS; i++) {
        const enum ac_effect effect = (enum ac_effect)i;
        const uint64_t first = choices(enumeration, effect, live);
        uint64_t all;
        if (first != 0 &&
            (__builtin_mul_overflow(first, ways_on(enumeration, effect, left - 1, live), &all) ||
             __builtin_add_overflow(*sum, all, sum)))
            return false;
    }
    return *sum <= INT64_MAX;
}

/* With `left` ops to go, at most depth - left blocks are live. */
static bool count_all(struct ac_enumeration *enumeration) {
    for (uint32_t live = 0; live <= enumeration->depth; live++)
        enumeration->ways[0][live] = 1;
    for (uint32_t left = 1; left <= enumeration->depth; left++) {
        for (uint32_t live = 0; live <= enumeration->depth - left; live++)
            if (!count_ways(enumeration, left, live))
                return false;
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

/* Cannot overflow: each of the AC_SCOPE_DEPTH numbers is below 2^63 and at most half of the next.
 */
uint64_t ac_enumeration_total(const struct ac_enumeration *enumeration) {
    uint64_t total = 0;
    for (uint32_t ops = 1; ops <= enumeration->depth; ops++)
        total += ac_enumeration_of_length(enumeration, ops);
    return total;
}

/* The state while the ops of a program are found one by one. */
struct walk {
    const struct ac_enumeration *enumeration;
    uint64_t index;                  /* among the remaining continuations */
    uint32_t next;                   /* next unused slot */
    uint32_t live;                   /* number of blocks */
    uint32_t blocks[AC_SCOPE_DEPTH]; /* their slots */
};

static uint32_t take_block(struct walk *walk, uint32_t at) {
    const uint32_t slot = walk->blocks[at];
    walk->live--;
    for (uint32_t i = at; i < walk->live; i++)
        walk->blocks[i] = walk->blocks[i + 1];
    return slot;
}

static uint32_t slot_for(struct walk *walk, enum ac_effect effect, uint32_t block) {
    switch (effect) {
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

/* The op with a choice number: for each op, all blocks. */
static struct ac_op op_of(struct walk *walk, enum ac_effect effect, uint64_t choice) {
    const uint64_t blocks = works_on_a_block(effect) ? walk->live : 1;
    struct ac_op op = walk->enumeration->ops[effect][choice / blocks];
    op.slot = slot_for(walk, effect, (uint32_t)(choice % blocks));
    op.from = op.kind == AC_OP_REALLOC ? op.slot : 0;
    return op;
}

/* The next op of a program with `left` ops after it. */
static struct ac_op step(struct walk *walk, uint32_t left) {
    const struct ac_enumeration *enumeration = walk->enumeration;
    for (int i = 0;; i++) {
        const enum ac_effect effect = (enum ac_effect)i;
        const uint64_t first = choices(enumeration, effect, walk->live);
        const uint64_t each = first != 0 ? ways_on(enumeration, effect, left, walk->live) : 0;
        if (walk->index < first * each) {
            const uint64_t choice = walk->index / each;
            walk->index %= each;
            return op_of(walk, effect, choice);
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
