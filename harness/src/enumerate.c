// SPDX-License-Identifier: MIT
// Counts the programs of a scope and finds the one of an index.
#include "enumerate.h"

static const int change[AC_LENDINGS] = {[AC_LENDS] = 1, [AC_ENDS] = -1};

static bool works_on_a_block(enum ac_lending lending) {
    return lending == AC_USES || lending == AC_ENDS;
}

/* How many ops of a kind of lending there are with so many blocks lent. */
static uint64_t choices(const struct ac_enumeration *enumeration, enum ac_lending lending,
                        uint32_t lent) {
    return (uint64_t)enumeration->count[lending] * (works_on_a_block(lending) ? lent : 1);
}

/* Programs that go on with `left` ops once an op of this lending is done; there must be choices. */
static uint64_t ways_on(const struct ac_enumeration *enumeration, enum ac_lending lending,
                        uint32_t left, uint32_t lent) {
    return enumeration->ways[left][(int)lent + change[lending]];
}

/* Programs of `left` ops that start with `lent` blocks. False: 2^63 or more. */
static bool count_ways(struct ac_enumeration *enumeration, uint32_t left, uint32_t lent) {
    uint64_t *sum = &enumeration->ways[left][lent];
    *sum = 0;
    for (int i = 0; i < AC_LENDINGS; i++) {
        const enum ac_lending lending = (enum ac_lending)i;
        const uint64_t first = choices(enumeration, lending, lent);
        uint64_t all;
        if (first != 0 &&
            (__builtin_mul_overflow(first, ways_on(enumeration, lending, left - 1, lent), &all) ||
             __builtin_add_overflow(*sum, all, sum))) {
            return false;
        }
    }
    return *sum <= INT64_MAX;
}

/* With `left` ops to go at most depth - left blocks can be lent. */
static bool count_all(struct ac_enumeration *enumeration) {
    for (uint32_t lent = 0; lent <= enumeration->depth; lent++) {
        enumeration->ways[0][lent] = 1;
    }
    for (uint32_t left = 1; left <= enumeration->depth; left++) {
        for (uint32_t lent = 0; lent <= enumeration->depth - left; lent++) {
            if (!count_ways(enumeration, left, lent)) {
                return false;
            }
        }
    }
    return ac_enumeration_total(enumeration) <= INT64_MAX;
}

bool ac_enumerate(struct ac_enumeration *enumeration, const struct ac_scope *scope,
                  const struct ac_subject *subject) {
    *enumeration = (struct ac_enumeration){.head = scope->head, .depth = scope->depth};
    ac_enumerate_ops(enumeration, scope, subject);
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
    uint32_t lent;                   /* blocks, */
    uint32_t blocks[AC_SCOPE_DEPTH]; /* and their slots */
};

static uint32_t take_block(struct walk *walk, uint32_t at) {
    const uint32_t slot = walk->blocks[at];
    walk->lent--;
    for (uint32_t i = at; i < walk->lent; i++) {
        walk->blocks[i] = walk->blocks[i + 1];
    }
    return slot;
}

static uint32_t slot_for(struct walk *walk, enum ac_lending lending, uint32_t block) {
    switch (lending) {
    case AC_LENDS:
        walk->blocks[walk->lent++] = walk->next;
        return walk->next++;
    case AC_USES:
        return walk->blocks[block];
    case AC_ENDS:
        return take_block(walk, block);
    default:
        return walk->next;
    }
}

/* The op of a choice: all blocks for one op, then the next op. */
static struct ac_op op_of(struct walk *walk, enum ac_lending lending, uint64_t choice) {
    const uint64_t blocks = works_on_a_block(lending) ? walk->lent : 1;
    struct ac_op op = walk->enumeration->ops[lending][choice / blocks];
    op.slot = slot_for(walk, lending, (uint32_t)(choice % blocks));
    op.from = op.kind == AC_OP_REALLOC ? op.slot : 0;
    return op;
}

/* The next op of a program that has `left` more behind it. */
static struct ac_op step(struct walk *walk, uint32_t left) {
    const struct ac_enumeration *enumeration = walk->enumeration;
    for (int i = 0;; i++) {
        const enum ac_lending lending = (enum ac_lending)i;
        const uint64_t first = choices(enumeration, lending, walk->lent);
        const uint64_t each = first != 0 ? ways_on(enumeration, lending, left, walk->lent) : 0;
        if (walk->index < first * each) {
            const uint64_t choice = walk->index / each;
            walk->index %= each;
            return op_of(walk, lending, choice);
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
