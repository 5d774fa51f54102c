// SPDX-License-Identifier: MIT
#include "generator.h"

#include <string.h>

static bool is_free(unsigned kind) {
    return kind == AC_OP_FREE || kind == AC_OP_FREE_SIZED || kind == AC_OP_FREE_ALIGNED_SIZED;
}

static void set(struct generator *gen, uint32_t slot, enum slot_guess guess,
                struct ac_operand size) {
    if (slot < GENERATOR_SLOTS)
        gen->state[slot] = (struct slot_state){(uint8_t)guess, gen->thread, size};
}

static void end_frame(struct generator *gen) {
    gen->depth[gen->thread] -= gen->depth[gen->thread] > 0;
    for (size_t slot = 0; slot < GENERATOR_SLOTS; slot++) {
        struct slot_state *state = &gen->state[slot];
        if (state->guess == GUESS_FRAME && state->thread == gen->thread)
            state->guess = GUESS_EMPTY;
    }
}

static void set_all(struct generator *gen, enum slot_guess from, enum slot_guess to) {
    for (size_t slot = 0; slot < GENERATOR_SLOTS; slot++)
        if (gen->state[slot].guess == from)
            gen->state[slot].guess = (uint8_t)to;
}

/* The size of a new block, if known. */
static struct ac_operand size_of(const struct ac_op *op) {
    const char *letters = ac_op_info((enum ac_op_kind)op->kind)->operands;
    struct ac_operand size = op->b;
    if (strchr(letters, 'N') != NULL && size.symbol == AC_ABSOLUTE && op->a.symbol == AC_ABSOLUTE)
        size.value *= op->a.value;
    return size;
}

static void learn(struct generator *gen, const struct ac_op *op) {
    const char *letters = ac_op_info((enum ac_op_kind)op->kind)->operands;
    if (op->kind == AC_OP_ALLOCA || op->kind == AC_OP_VLA) {
        set(gen, op->slot, GUESS_FRAME, op->b);
    } else if (op->kind == AC_OP_LARGEST) {
        set_all(gen, GUESS_LIVE, GUESS_FREED);
        set(gen, op->slot, GUESS_LIVE, ac_absolute(0));
    } else if (letters[0] == 'D') {
        if (letters[1] == 'P')
            set(gen, op->from, GUESS_EMPTY, ac_absolute(0));
        set(gen, op->slot, GUESS_LIVE, size_of(op));
    } else if (is_free(op->kind) && op->slot < GENERATOR_SLOTS) {
        set(gen, op->slot, GUESS_FREED, gen->state[op->slot].size);
    } else if (op->kind == AC_OP_ENTER) {
        gen->depth[gen->thread]++;
    } else if (op->kind == AC_OP_LEAVE) {
        end_frame(gen);
    }
}

uint8_t ac_other_thread(struct generator *gen, uint8_t thread) {
    const uint64_t threads = gen->program->head.threads;
    return (uint8_t)(threads > 1 ? (thread + 1 + ac_below(gen, threads - 1)) % threads : thread);
}

/* About four ops in a row run on the same thread. */
static void choose_thread(struct generator *gen, const struct ac_op *op) {
    if (gen->pinned || gen->program->head.threads == 1)
        return;
    if (ac_one_in(gen, 4))
        gen->thread = (uint8_t)ac_below(gen, gen->program->head.threads);
    const bool is_own = is_free(op->kind) && op->slot < GENERATOR_SLOTS &&
                        gen->state[op->slot].thread == gen->thread;
    if (is_own && ac_one_in(gen, 2))
        gen->thread = ac_other_thread(gen, gen->thread);
}

void ac_emit(struct generator *gen, const struct ac_op *op) {
    if (ac_generator_full(gen))
        return;
    choose_thread(gen, op);
    struct ac_op placed = *op;
    placed.thread = op->kind == AC_OP_EXIT ? 0 : gen->thread;
    if (!ac_program_append(gen->program, &placed)) {
        gen->failed = true;
        return;
    }
    learn(gen, &placed);
}

void ac_emit_call(struct generator *gen, const struct ac_op *op) {
    const char *letters = ac_op_info((enum ac_op_kind)op->kind)->operands;
    struct ac_op call = *op;
    if (strstr(letters, "DP") == NULL)
        call.from = 0;
    if (strpbrk(letters, "NAK") == NULL)
        call.a = ac_absolute(0);
    if (strchr(letters, 'S') == NULL)
        call.b = ac_absolute(0);
    ac_emit(gen, &call);
}

uint32_t ac_pick_slot(struct generator *gen, enum slot_guess guess) {
    uint32_t start = (uint32_t)ac_below(gen, gen->slots);
    for (uint32_t i = 0; i < gen->slots; i++) {
        uint32_t slot = (start + i) % gen->slots;
        if (gen->state[slot].guess == guess)
            return slot;
    }
    return start;
}

struct ac_operand ac_pick_size(struct generator *gen) {
    static const int8_t near[] = {-1, 1, -8, 8, -16, 16, -32, 32};
    struct ac_operand size = gen->palette[ac_below(gen, gen->palette_count)];
    switch (ac_below(gen, 8)) {
    case 0:
        return ac_generate_size(&gen->program->head, &gen->random, gen->options->boundaries);
    case 1:
        return ac_plus(size, (uint64_t)near[ac_below(gen, sizeof near)]);
    default:
        return size;
    }
}

static struct ac_operand scaled(struct generator *gen, struct ac_operand size) {
    if (size.symbol != AC_ABSOLUTE)
        return ac_pick_size(gen);
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
        return ac_generate_size(&gen->program->head, &gen->random, gen->options->boundaries);
    default:
        return ac_pick_size(gen);
    }
}

static struct ac_op op_of(enum ac_op_kind kind, uint32_t slot) {
    struct ac_op op = {.kind = (uint8_t)kind, .repeat = 1, .slot = slot};
    return op;
}

void ac_emit_malloc(struct generator *gen, uint32_t slot, struct ac_operand size) {
    struct ac_op op = op_of(AC_OP_MALLOC, slot);
    op.b = size;
    ac_emit(gen, &op);
}

void ac_emit_calloc(struct generator *gen, uint32_t slot, struct ac_operand size) {
    const struct size_draw from = {&gen->program->head, &gen->random, gen->options->boundaries};
    struct ac_product product = ac_generate_product(&from, size);
    struct ac_op op = op_of(AC_OP_CALLOC, slot);
    op.a = product.count;
    op.b = product.size;
    ac_emit(gen, &op);
}

void ac_emit_realloc(struct generator *gen, uint32_t slot, struct ac_operand size) {
    struct ac_op op = op_of(AC_OP_REALLOC, slot);
    op.from = slot;
    op.b = size;
    ac_emit(gen, &op);
}

void ac_emit_aligned(struct generator *gen, uint32_t slot, struct ac_operand size) {
    static const uint8_t kinds[] = {AC_OP_ALIGNED_ALLOC, AC_OP_POSIX_MEMALIGN, AC_OP_MEMALIGN};
    struct ac_op op = op_of((enum ac_op_kind)kinds[ac_below(gen, sizeof kinds)], slot);
    op.a = ac_generate_alignment(&gen->random);
    op.b = size;
    ac_emit(gen, &op);
}

void ac_emit_slot(struct generator *gen, enum ac_op_kind kind, uint32_t slot) {
    struct ac_op op = op_of(kind, slot);
    ac_emit(gen, &op);
}

void ac_emit_free(struct generator *gen, uint32_t slot) {
    bool sized = ac_group_on(&gen->program->head, AC_GROUP_SIZED) && ac_one_in(gen, 3);
    ac_emit_slot(gen, sized ? AC_OP_FREE_SIZED : AC_OP_FREE, slot);
}

void ac_emit_number(struct generator *gen, enum ac_op_kind kind, uint64_t number) {
    struct ac_op op = op_of(kind, 0);
    op.a = ac_absolute(number);
    ac_emit(gen, &op);
}

void ac_emit_plain(struct generator *gen, enum ac_op_kind kind) {
    ac_emit_slot(gen, kind, 0);
}

void ac_emit_repeat(struct generator *gen, enum ac_op_kind kind, uint32_t count, uint32_t slot,
                    struct ac_operand size) {
    struct ac_op op = {.kind = (uint8_t)kind, .repeat = count, .slot = slot, .b = size};
    if (kind == AC_OP_CALLOC)
        op.a = ac_absolute(1);
    ac_emit(gen, &op);
}

struct ac_operand ac_repeat_size(struct generator *gen) {
    struct ac_operand size = ac_pick_size(gen);
    return size.symbol == AC_ABSOLUTE && size.value <= 1024 ? size
                                                            : ac_absolute(8 * ac_below(gen, 65));
}
