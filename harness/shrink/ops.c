// SPDX-License-Identifier: MIT
#include "ops.h"

#include <string.h>

enum { PAGE = 4096 }; /* on any machine */

/* --- slots --- */

bool op_has_slot(const struct ac_op *op) {
    return strpbrk(op_letters(op), "DP") != NULL;
}

bool op_has_two_slots(const struct ac_op *op) {
    return strstr(op_letters(op), "DP") != NULL;
}

bool op_mentions(const struct ac_op *op, uint32_t slot) {
    return (op_has_slot(op) && slot - op->slot < op->repeat) ||
           (op_has_two_slots(op) && slot - op->from < op->repeat);
}

uint64_t op_slots_end(const struct ac_op *op) {
    return (uint64_t)(op->slot > op->from ? op->slot : op->from) + op->repeat;
}

/* --- threads --- */

bool op_ends_thread(const struct ac_op *op) {
    return op->kind == AC_OP_EXIT;
}

unsigned program_threads(const struct ac_program *program) {
    unsigned threads = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        threads |= 1u << op->thread;
        threads |= op_ends_thread(op) ? 1u << op->slot : 0;
    }
    return threads & ~1u;
}

/* --- sizes --- */

bool operand_multiply(struct ac_operand left, struct ac_operand right, struct ac_operand *product) {
    const bool one_left = ac_operand_equal(left, ac_absolute(1));
    if (one_left || ac_operand_equal(right, ac_absolute(1))) {
        *product = one_left ? right : left;
        return true;
    }
    if (left.symbol != AC_ABSOLUTE || right.symbol != AC_ABSOLUTE)
        return false;
    *product = ac_absolute(left.value * right.value);
    return right.value == 0 || product->value / right.value == left.value;
}

bool op_size(const struct ac_op *op, const struct ac_head *head, uint64_t *size) {
    const struct ac_resolve known = {.page_size = PAGE, .left = (size_t)head->limit};
    const char *letters = op_letters(op);
    if (strchr(letters, 'D') == NULL || strchr(letters, 'S') == NULL)
        return false;
    *size = ac_operand_resolve(op->b, &known);
    if (strchr(letters, 'N') != NULL &&
        __builtin_mul_overflow(*size, ac_operand_resolve(op->a, &known), size))
        *size = UINT64_MAX;
    return true;
}

bool op_asks_for_most(const struct ac_op *op, const struct ac_head *head) {
    uint64_t size;
    return op_size(op, head, &size) && size >= head->limit / 2;
}

/* --- hash --- */

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static uint64_t mix_operand(uint64_t hash, struct ac_operand operand) {
    return mix(mix(hash, operand.value), (uint64_t)operand.symbol << 16 | operand.scale);
}

static uint64_t mix_op(uint64_t hash, const struct ac_op *op) {
    hash = mix(hash, (uint64_t)op->kind << 40 | (uint64_t)op->thread << 32 | op->repeat);
    hash = mix(hash, (uint64_t)op->slot << 32 | op->from);
    return mix_operand(mix_operand(hash, op->a), op->b);
}

static uint64_t mix_head(uint64_t hash, const struct ac_head *head) {
    hash = mix(hash, (uint64_t)head->source << 32 | (uint64_t)head->quirks << 24 |
                         (uint64_t)head->sizes << 16 | (uint64_t)head->frames << 8 | head->threads);
    return mix(mix(hash, head->limit), (uint64_t)head->groups << 32 | head->seed);
}

uint64_t program_hash(const struct ac_program *program) {
    uint64_t hash = mix_head(program->count, &program->head);
    for (size_t i = 0; i < program->count; i++)
        hash = mix_op(hash, &program->ops[i]);
    return hash != 0 ? hash : 1;
}
