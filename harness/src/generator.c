// SPDX-License-Identifier: MIT
#include "generator.h"

#include <string.h>

static bool is_free(unsigned kind) {
    return kind == AC_OP_FREE || kind == AC_OP_FREE_SIZED || kind == AC_OP_FREE_ALIGNED_SIZED;
}

static void set(struct generator *gen, uint32_t slot, enum slot_guess guess,
                struct ac_operand size) {
    if (slot < GENERATOR_SLOTS) {
        gen->state[slot] = (struct slot_state){(uint8_t)guess, size};
    }
}

static void set_all(struct generator *gen, enum slot_guess from, enum slot_guess to) {
    for (size_t slot = 0; slot < GENERATOR_SLOTS; slot++) {
        if (gen->state[slot].guess == from) {
            gen->state[slot].guess = (uint8_t)to;
        }
    }
}

/* Sizes of products are not guessed: the count alone would mislead. */
static struct ac_operand size_of(const struct ac_op *op) {
    const char *letters = ac_op_info((enum ac_op_kind)op->kind)->operands;
    struct ac_operand size = op->b;
    if (strchr(letters, 'N') != NULL && size.symbol == AC_ABSOLUTE && op->a.symbol == AC_ABSOLUTE) {
        size.value *= op->a.value;
    }
    return size;
}

static void learn(struct generator *gen, const struct ac_op *op) {
    const char *letters = ac_op_info((enum ac_op_kind)op->kind)->operands;
    if (op->kind == AC_OP_ALLOCA || op->kind == AC_OP_VLA) {
        set(gen, op->slot, GUESS_FRAME, op->b);
    } else if (op->kind == AC_OP_LARGEST) {
        set_all(gen, GUESS_LENT, GUESS_FREED);
        set(gen, op->slot, GUESS_LENT, ac_absolute(0));
    } else if (letters[0] == 'D') {
        if (letters[1] == 'P') {
            set(gen, op->from, GUESS_EMPTY, ac_absolute(0));
        }
        set(gen, op->slot, GUESS_LENT, size_of(op));
    } else if (is_free(op->kind) && op->slot < GENERATOR_SLOTS) {
        set(gen, op->slot, GUESS_FREED, gen->state[op->slot].size);
    } else if (op->kind == AC_OP_ENTER) {
        gen->depth++;
    } else if (op->kind == AC_OP_LEAVE) {
        gen->depth -= gen->depth > 0;
        set_all(gen, GUESS_FRAME, GUESS_EMPTY);
    }
}

void ac_emit(struct generator *gen, const struct ac_op *op) {
    if (ac_generator_full(gen)) {
        return;
    }
    if (!ac_program_append(gen->program, op)) {
        gen->failed = true;
        return;
    }
    learn(gen, op);
}

uint32_t ac_pick_slot(struct generator *gen, enum slot_guess guess) {
    uint32_t start = (uint32_t)ac_below(gen, gen->slots);
    for (uint32_t i = 0; i < gen->slots; i++) {
        uint32_t slot = (start + i) % gen->slots;
        if (gen->state[slot].guess == guess) {
            return slot;
        }
    }
    return start;
}

struct ac_operand ac_pick_size(struct generator *gen) {
    static const int8_t near[] = {-1, 1, -8, 8, -16, 16, -32, 32};
    struct ac_operand size = gen->palette[ac_below(gen, gen->colours)];
    switch (ac_below(gen, 8)) {
    case 0:
        return ac_draw_size(&gen->program->head, &gen->random, gen->options->borders);
    case 1:
        return ac_plus(size, (uint64_t)near[ac_below(gen, sizeof near)]);
    default:
        return size;
    }
}

static struct ac_operand scaled(struct generator *gen, struct ac_operand size) {
    if (size.symbol != AC_ABSOLUTE) {
        return ac_pick_size(gen);
    }
    static const uint8_t quarters[] = {1, 2, 3, 5, 6, 8, 12, 16, 32};
    return ac_absolute(size.value / 4 * quarters[ac_below(gen, sizeof quarters)]);
}

struct ac_operand ac_pick_new_size(struct generator *gen, uint32_t slot) {
    struct ac_operand old = slot < GENERATOR_SLOTS ? gen->state[slot].size : ac_absolute(0);
    switch (ac_below(gen, 8)) {
    case 0:
        return ac_plus(old, 1 + ac_below(gen, 64));
    case 1:
        return ac_plus(old, -(1 + ac_below(gen, 64)));
    case 2:
    case 3:
        return scaled(gen, old);
    case 4:
        return ac_absolute(ac_below(gen, 25));
    case 5:
        return ac_draw_size(&gen->program->head, &gen->random, gen->options->borders);
    default:
        return ac_pick_size(gen);
    }
}

static uint8_t draw_thread(struct generator *gen) {
    return (uint8_t)(ac_one_in(gen, 3) ? ac_below(gen, gen->program->head.threads) : 0);
}

static struct ac_op op_of(struct generator *gen, enum ac_op_kind kind, uint32_t slot) {
    struct ac_op op = {
        .kind = (uint8_t)kind, .thread = draw_thread(gen), .repeat = 1, .slot = slot};
    return op;
}

void ac_emit_malloc(struct generator *gen, uint32_t slot, struct ac_operand size) {
    struct ac_op op = op_of(gen, AC_OP_MALLOC, slot);
    op.b = size;
    ac_emit(gen, &op);
}

void ac_emit_calloc(struct generator *gen, uint32_t slot, struct ac_operand size) {
    const struct size_draw from = {&gen->program->head, &gen->random, gen->options->borders};
    struct ac_product product = ac_draw_product(&from, size);
    struct ac_op op = op_of(gen, AC_OP_CALLOC, slot);
    op.a = product.count;
    op.b = product.size;
    ac_emit(gen, &op);
}

void ac_emit_realloc(struct generator *gen, uint32_t slot, struct ac_operand size) {
    struct ac_op op = op_of(gen, AC_OP_REALLOC, slot);
    op.from = slot;
    op.b = size;
    ac_emit(gen, &op);
}

void ac_emit_aligned(struct generator *gen, uint32_t slot, struct ac_operand size) {
    static const uint8_t kinds[] = {AC_OP_ALIGNED_ALLOC, AC_OP_POSIX_MEMALIGN, AC_OP_MEMALIGN};
    struct ac_op op = op_of(gen, (enum ac_op_kind)kinds[ac_below(gen, sizeof kinds)], slot);
    op.a = ac_draw_alignment(&gen->random);
    op.b = size;
    ac_emit(gen, &op);
}

void ac_emit_slot(struct generator *gen, enum ac_op_kind kind, uint32_t slot) {
    struct ac_op op = op_of(gen, kind, slot);
    ac_emit(gen, &op);
}

void ac_emit_free(struct generator *gen, uint32_t slot) {
    bool sized = ac_group_on(&gen->program->head, AC_GROUP_SIZED) && ac_one_in(gen, 3);
    ac_emit_slot(gen, sized ? AC_OP_FREE_SIZED : AC_OP_FREE, slot);
}

void ac_emit_number(struct generator *gen, enum ac_op_kind kind, uint64_t number) {
    struct ac_op op = op_of(gen, kind, 0);
    op.a = ac_absolute(number);
    ac_emit(gen, &op);
}

void ac_emit_plain(struct generator *gen, enum ac_op_kind kind) {
    ac_emit_slot(gen, kind, 0);
}
