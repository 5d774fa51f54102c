// SPDX-License-Identifier: MIT
// The state of the generator: the program so far, and a guess of the content of each slot.
#ifndef ALLOCHECK_GENERATOR_H
#define ALLOCHECK_GENERATOR_H

#include "parts.h"

enum {
    GENERATOR_SLOTS = 16,  /* for single ops */
    GENERATOR_PALETTE = 6, /* sizes that a program reuses */
    REPEAT_SLOT = 32,      /* first slot of repeats */
};

enum slot_guess { GUESS_EMPTY, GUESS_LIVE, GUESS_FREED, GUESS_FRAME };

struct slot_state {
    uint8_t guess;  /* enum slot_guess */
    uint8_t thread; /* that allocated it, or whose frame holds it */
    struct ac_operand size;
};

struct generator {
    struct ac_program *program;
    const struct ac_generate_options *options;
    struct ac_random random;
    size_t target; /* number of ops to generate */
    bool failed;   /* out of memory */
    unsigned depth[AC_MAX_THREADS];
    uint8_t thread; /* that runs the next op */
    bool pinned;    /* a pattern has chosen the thread */
    uint32_t slots; /* in use, 2 .. GENERATOR_SLOTS */
    struct slot_state state[GENERATOR_SLOTS];
    struct ac_operand palette[GENERATOR_PALETTE];
    size_t palette_count;   /* sizes in the palette */
    uint32_t repeat_length; /* blocks of the last repeat */
};

static inline uint64_t ac_below(struct generator *gen, uint64_t bound) {
    return ac_random_below(&gen->random, bound);
}

static inline bool ac_one_in(struct generator *gen, uint64_t bound) {
    return ac_random_below(&gen->random, bound) == 0;
}

/* True if the program has its target length, or memory ran out. */
static inline bool ac_generator_full(const struct generator *gen) {
    return gen->failed || gen->program->count >= gen->target;
}

/* Makes space for the ops of a pattern that is worthless in part, within the options' limit. */
static inline void ac_extend(struct generator *gen, size_t ops) {
    const size_t needed = gen->program->count + ops, most = gen->options->max_ops;
    if (gen->target < needed)
        gen->target = needed < most ? needed : most;
}

/* Appends an op unless the program is full, and updates the guesses. Unless pinned, chooses its
 * thread: usually the previous one, often another one for a free. */
void ac_emit(struct generator *gen, const struct ac_op *op);

/* The same without the operands that the op's kind does not have. */
void ac_emit_call(struct generator *gen, const struct ac_op *op);

/* Runs the following ops on one thread, until ac_unpin. */
static inline void ac_pin(struct generator *gen, uint8_t thread) {
    gen->thread = thread;
    gen->pinned = true;
}

static inline void ac_unpin(struct generator *gen) {
    gen->pinned = false;
}

/* Another thread of the program, or the same one if there is no other. */
uint8_t ac_other_thread(struct generator *gen, uint8_t thread);

/* A random slot that is probably in a state, or any slot if there is none. */
uint32_t ac_pick_slot(struct generator *gen, enum slot_guess guess);

/* Usually a size of the palette, sometimes a neighbour of one, or a new size. */
struct ac_operand ac_pick_size(struct generator *gen);

/* A size for the realloc of a slot: near the old one, a fraction or multiple of it, or any. */
struct ac_operand ac_pick_new_size(struct generator *gen, uint32_t slot);

/* Adds bytes to an operand, modulo 2^64. */
static inline struct ac_operand ac_plus(struct ac_operand operand, uint64_t bytes) {
    operand.value += bytes;
    return operand;
}

/* Shorthand for patterns. */
void ac_emit_malloc(struct generator *gen, uint32_t slot, struct ac_operand size);
void ac_emit_calloc(struct generator *gen, uint32_t slot, struct ac_operand size);
void ac_emit_realloc(struct generator *gen, uint32_t slot, struct ac_operand size);
void ac_emit_aligned(struct generator *gen, uint32_t slot, struct ac_operand size);
void ac_emit_free(struct generator *gen, uint32_t slot); /* sometimes with free_sized */
void ac_emit_slot(struct generator *gen, enum ac_op_kind kind, uint32_t slot);
void ac_emit_number(struct generator *gen, enum ac_op_kind kind, uint64_t number);
void ac_emit_plain(struct generator *gen, enum ac_op_kind kind);
void ac_emit_repeat(struct generator *gen, enum ac_op_kind kind, uint32_t count, uint32_t slot,
                    struct ac_operand size);

/* A size for repeats: usually small. */
struct ac_operand ac_repeat_size(struct generator *gen);

/* The slot `by` places further, modulo the slots in use. */
static inline uint32_t ac_next_slot(const struct generator *gen, uint32_t slot, uint32_t by) {
    return (slot + by) % gen->slots;
}

/* generate_threads.c: patterns with several threads. */
typedef void emit_pattern(struct generator *gen);
emit_pattern ac_producer_and_consumer, ac_blocks_outlive_thread, ac_thread_only_frees,
    ac_short_lived_threads, ac_freed_at_exit, ac_resized_elsewhere, ac_first_calls, ac_fork_amid;

/* generate_starts.c */
emit_pattern ac_thread_starts;

/* generate_caches.c */
emit_pattern ac_overflow_cache;

/* Appends a random pattern of the enabled groups. */
void ac_emit_pattern(struct generator *gen);

#endif
