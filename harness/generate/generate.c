// SPDX-License-Identifier: MIT
#include "generator.h"

#include <string.h>

enum { SHORTEST = 3, SHORT = 10, MIDDLE = 24, LONG = 64 };

/* Most bugs need few calls, and short programs are fast; some states need many calls. */
static size_t draw_length(struct generator *gen) {
    uint64_t most = gen->options->max_ops;
    uint64_t choice = ac_below(gen, 10);
    uint64_t upper = choice < 5 ? SHORT : choice < 8 ? MIDDLE : LONG;
    if (choice == 9 && most > LONG && ac_one_in(gen, 16))
        upper = most;
    uint64_t length = SHORTEST + ac_below(gen, upper - SHORTEST + 1);
    return (size_t)(length < most ? length : most);
}

static void draw_palette(struct generator *gen) {
    gen->palette_count = 1 + ac_below(gen, GENERATOR_PALETTE);
    for (size_t i = 0; i < gen->palette_count; i++) {
        gen->palette[i] =
            ac_generate_size(&gen->program->head, &gen->random, gen->options->boundaries);
    }
}

/* The state of the slot that an op should use. */
static enum slot_guess wanted(struct generator *gen, const struct ac_op *op) {
    switch (op->kind) {
    case AC_OP_WRITE_FREED:
    case AC_OP_REALLOC_FREED:
    case AC_OP_USABLE_FREED:
        return GUESS_FREED;
    case AC_OP_DOUBLE_FREE:
        return ac_one_in(gen, 2) ? GUESS_FREED : GUESS_LIVE;
    default:
        return ac_one_in(gen, 24) ? GUESS_EMPTY : GUESS_LIVE;
    }
}

static void choose_slots(struct generator *gen, struct ac_op *op) {
    const char *letters = ac_op_info((enum ac_op_kind)op->kind)->operands;
    if (strstr(letters, "DP") != NULL) {
        op->from = ac_pick_slot(gen, wanted(gen, op));
        op->slot = ac_one_in(gen, 6) ? ac_pick_slot(gen, GUESS_EMPTY) : op->from;
    } else if (letters[0] == 'D') {
        op->slot = ac_pick_slot(gen, ac_one_in(gen, 8) ? GUESS_LIVE : GUESS_EMPTY);
    } else if (letters[0] == 'P') {
        op->slot = ac_pick_slot(gen, wanted(gen, op));
    }
}

static void choose_size(struct generator *gen, struct ac_op *op) {
    if (op->kind == AC_OP_REALLOC) {
        op->b = ac_pick_new_size(gen, op->from);
    } else if (op->kind == AC_OP_CALLOC || op->kind == AC_OP_REALLOCARRAY) {
        const struct size_draw from = {&gen->program->head, &gen->random, gen->options->boundaries};
        struct ac_product product = ac_generate_product(&from, ac_pick_size(gen));
        op->a = product.count;
        op->b = product.size;
    } else if (ac_op_info((enum ac_op_kind)op->kind)->operands[0] == 'D' &&
               op->kind != AC_OP_LARGEST && op->kind != AC_OP_VLA) {
        op->b = ac_pick_size(gen);
    }
}

/* Frame ops do nothing outside a frame, so usually enters one first. */
static void open_frame(struct generator *gen, struct ac_op *op) {
    bool inside = op->kind == AC_OP_LEAVE || op->kind == AC_OP_ALLOCA || op->kind == AC_OP_VLA;
    if (inside && gen->depth[gen->thread] == 0 && !ac_one_in(gen, 32))
        ac_emit_plain(gen, AC_OP_ENTER);
}

/* Queries or fills some new blocks, to check their usable size. */
static void look_at(struct generator *gen, const struct ac_op *op) {
    bool allocates = ac_op_info((enum ac_op_kind)op->kind)->operands[0] == 'D';
    if (allocates && ac_group_on(&gen->program->head, AC_GROUP_USABLE) && ac_one_in(gen, 6))
        ac_emit_slot(gen, ac_one_in(gen, 2) ? AC_OP_USABLE : AC_OP_FILL, op->slot);
}

static void emit_single(struct generator *gen) {
    struct ac_op op;
    ac_generate_op(&op, &gen->program->head, &gen->random, gen->options);
    choose_slots(gen, &op);
    choose_size(gen, &op);
    open_frame(gen, &op);
    bool stable = op.kind == AC_OP_MALLOC || op.kind == AC_OP_FREE || op.kind == AC_OP_CALLOC;
    if (stable && ac_one_in(gen, 40))
        op.repeat = ac_generate_repeat(&gen->random);
    ac_emit(gen, &op);
    look_at(gen, &op);
}

bool ac_generate(struct ac_program *program, uint64_t seed,
                 const struct ac_generate_options *options) {
    struct generator gen = {.program = program, .options = options, .random = {seed}};
    ac_program_clear(program);
    ac_generate_head(&program->head, &gen.random, options);
    gen.target = draw_length(&gen);
    gen.slots = 3 + (uint32_t)ac_below(&gen, GENERATOR_SLOTS - 2);
    draw_palette(&gen);
    while (!ac_generator_full(&gen))
        if (ac_one_in(&gen, 4))
            ac_emit_pattern(&gen);
        else
            emit_single(&gen);
    if (gen.failed)
        ac_program_clear(program);
    ac_leave_out(program, &options->without);
    return !gen.failed;
}
