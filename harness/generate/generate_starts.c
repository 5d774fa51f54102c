// SPDX-License-Identifier: MIT
// Patterns of fresh threads: their first call is any function, on a block of another thread if the
// function takes one. Allocators set up a thread's cache in some of their functions only.
#include "generator.h"

enum { FEWEST_STARTS = 64, MOST_STARTS = 80, OPS_OF_START = 2, OPS = 16 };
enum { PATTERNS_A_MANY = 16 }; /* a start takes as long as hundreds of calls */

static const uint8_t functions[] = {
    AC_OP_MALLOC,         AC_OP_CALLOC,   AC_OP_REALLOC,      AC_OP_REALLOCARRAY,
    AC_OP_FREE,           AC_OP_USABLE,   AC_OP_FREE_SIZED,   AC_OP_FREE_ALIGNED_SIZED,
    AC_OP_POSIX_MEMALIGN, AC_OP_MEMALIGN, AC_OP_ALIGNED_ALLOC};
enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

/* All functions of the enabled groups, evenly. */
static enum ac_op_kind draw_function(struct generator *gen) {
    unsigned weights[FUNCTIONS];
    for (size_t i = 0; i < FUNCTIONS; i++)
        weights[i] =
            ac_group_on(&gen->program->head, ac_op_info((enum ac_op_kind)functions[i])->group);
    return (enum ac_op_kind)functions[ac_random_weighted(&gen->random, weights, FUNCTIONS)];
}

/* Any thread but the main thread, which cannot exit. */
static uint8_t draw_thread(struct generator *gen) {
    const uint64_t threads = gen->program->head.threads;
    return (uint8_t)(1 + ac_below(gen, threads > 1 ? threads - 1 : 1));
}

/* On the thread that allocates blocks for the fresh ones: blocks that fit the function. */
static void prepare(struct generator *gen, enum ac_op_kind function, uint32_t count, uint32_t slot,
                    struct ac_operand size) {
    const bool aligned = function == AC_OP_FREE_ALIGNED_SIZED;
    struct ac_op op = {.kind = aligned ? AC_OP_ALIGNED_ALLOC : AC_OP_MALLOC, .repeat = count};
    op.slot = slot;
    op.a = ac_absolute(UINT64_C(16) << ac_below(gen, 5));
    op.b = size;
    ac_emit_call(gen, &op);
}

static void call_first(struct generator *gen, enum ac_op_kind function, uint32_t slot,
                       struct ac_operand size) {
    const bool counts = function == AC_OP_CALLOC || function == AC_OP_REALLOCARRAY;
    struct ac_op op = {.kind = (uint8_t)function, .repeat = 1, .slot = slot, .from = slot};
    op.a = ac_absolute(counts ? 1 : UINT64_C(16) << ac_below(gen, 5));
    op.b = ac_one_in(gen, 4) ? ac_absolute(0) : size;
    ac_emit_call(gen, &op);
}

static void loop(struct generator *gen, uint32_t slot, struct ac_operand size) {
    for (uint64_t rounds = 1 + ac_below(gen, 4); rounds > 0; rounds--) {
        ac_emit_malloc(gen, slot, size);
        ac_emit_free(gen, slot);
    }
}

/* A fresh thread calls one function, then allocates and frees in a loop. */
static void fresh_thread(struct generator *gen) {
    const uint8_t thread = draw_thread(gen), owner = ac_other_thread(gen, thread);
    const enum ac_op_kind function = draw_function(gen);
    const struct ac_operand size = ac_one_in(gen, 4) ? ac_pick_size(gen) : ac_repeat_size(gen);
    const uint32_t slot = (uint32_t)ac_below(gen, gen->slots);
    ac_extend(gen, OPS);
    ac_emit_slot(gen, AC_OP_EXIT, thread);
    ac_pin(gen, owner);
    prepare(gen, function, 1, slot, size);
    ac_pin(gen, thread);
    call_first(gen, function, slot, size);
    loop(gen, ac_next_slot(gen, slot, 1), size);
    if (ac_one_in(gen, 2))
        ac_emit_slot(gen, AC_OP_EXIT, thread);
    ac_unpin(gen);
}

/* Many threads, one after the other, each with one call: tables of threads fill up. */
static void many_starts(struct generator *gen) {
    const uint8_t thread = draw_thread(gen), owner = ac_other_thread(gen, thread);
    const uint32_t starts =
        FEWEST_STARTS + (uint32_t)ac_below(gen, MOST_STARTS - FEWEST_STARTS + 1);
    const enum ac_op_kind function = draw_function(gen);
    const struct ac_operand size = ac_repeat_size(gen);
    ac_extend(gen, 2 + OPS_OF_START * starts);
    ac_emit_slot(gen, AC_OP_EXIT, thread);
    ac_pin(gen, owner);
    prepare(gen, function, starts, REPEAT_SLOT, size);
    ac_pin(gen, thread);
    for (uint32_t i = 0; i < starts; i++) {
        call_first(gen, function, REPEAT_SLOT + i, size);
        ac_emit_slot(gen, AC_OP_EXIT, thread);
    }
    ac_unpin(gen);
}

void ac_thread_starts(struct generator *gen) {
    if (ac_one_in(gen, PATTERNS_A_MANY))
        many_starts(gen);
    else
        fresh_thread(gen);
}
