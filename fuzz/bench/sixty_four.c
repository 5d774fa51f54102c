// SPDX-License-Identifier: MIT
#include "sixty_four.h"

#include "allocheck/generate.h"

#include <stddef.h>

enum {
    PAGE = 4096,
    SLOTS = 256,
    GROUPS = 1u << AC_GROUP_BASIC | 1u << AC_GROUP_REALLOC | 1u << AC_GROUP_ALIGNED
};

struct draft {
    size_t size[SLOTS];
    bool live[SLOTS];
    size_t bytes; /* peak live bytes */
};

static bool is_calloc(const struct ac_op *op) {
    return op->kind == AC_OP_CALLOC || op->kind == AC_OP_REALLOCARRAY;
}

/* Requested bytes of an op; SIZE_MAX if the product overflows. */
static size_t asked(const struct ac_op *op, size_t left) {
    const struct ac_resolve known = {PAGE, left};
    size_t count = ac_operand_resolve(op->a, &known), size = ac_operand_resolve(op->b, &known);
    size_t product;
    if (!is_calloc(op))
        return size;
    return __builtin_mul_overflow(count, size, &product) ? SIZE_MAX : product;
}

static bool uses_left(const struct ac_op *op) {
    return op->a.symbol == AC_LEFT || op->b.symbol == AC_LEFT;
}

static bool reads_slot(const struct ac_op *op) {
    return op->kind == AC_OP_REALLOC || op->kind == AC_OP_REALLOCARRAY;
}

/* Accepts an op that frees or resizes a live block, or allocates into an empty slot, if its request
 * stays under the limit or can never be granted. */
static bool take(struct draft *draft, const struct ac_op *op, size_t limit) {
    uint32_t slot = op->slot;
    bool resizes = reads_slot(op), frees = op->kind == AC_OP_FREE;
    if (slot >= SLOTS || uses_left(op) || draft->live[slot] != (resizes || frees) ||
        (resizes && op->from != slot))
        return false;
    size_t after = draft->bytes - draft->size[slot];
    size_t wanted = frees ? 0 : asked(op, limit - draft->bytes);
    if (wanted > limit || (wanted == 0 && resizes))
        return wanted > limit;
    if (wanted > SIXTY_FOUR_BYTES - after)
        return false;
    draft->bytes = after + wanted;
    draft->size[slot] = wanted;
    draft->live[slot] = !frees;
    return true;
}

bool sixty_four_calls(struct ac_program *program, uint64_t seed) {
    struct ac_random random = {seed};
    struct ac_generate_options options = {.groups = GROUPS};
    struct draft draft = {.bytes = 0};
    ac_program_clear(program);
    struct ac_head drawn = program->head;
    drawn.groups = GROUPS;
    while (program->count < SIXTY_FOUR_CALLS) {
        struct ac_op op;
        ac_generate_op(&op, &drawn, &random, &options);
        if (take(&draft, &op, program->head.limit) && !ac_program_append(program, &op))
            return false;
    }
    return true;
}
