// SPDX-License-Identifier: MIT
// The generator's state: a program as it grows, and a guess at what each slot holds by then.
#ifndef ALLOCHECK_GENERATOR_H
#define ALLOCHECK_GENERATOR_H

#include "parts.h"

enum {
    GENERATOR_SLOTS = 16,  /* that ops by themselves use */
    GENERATOR_PALETTE = 6, /* sizes that a program comes back to */
    REPEAT_SLOT = 32,      /* where repeats put their blocks */
};

enum slot_guess { GUESS_EMPTY, GUESS_LIVE, GUESS_FREED, GUESS_FRAME };

struct slot_state {
    uint8_t guess;  /* enum slot_guess */
    uint8_t thread; /* that live it, or whose frame it is in */
    struct ac_operand size;
};

struct generator {
    struct ac_program *program;
    const struct ac_generate_options *options;
    struct ac_random random;
    size_t target; /* ops the program is to have */
    bool failed;   /* out of memory */
    unsigned depth[AC_MAX_THREADS];
    uint8_t thread; /* that the ops run on */
    bool pinned;    /* a pattern says which thread that is */
    uint32_t slots; /* in use, 2 .. GENERATOR_SLOTS */
    struct slot_state state[GENERATOR_SLOTS];
    struct ac_operand palette[GENERATOR_PALETTE];
    size_t palette_count;   /* of the palette in use */
    uint32_t repeat_length; /* blocks of the last repeat, from REPEAT_SLOT on */
};

static inline uint64_t ac_below(struct generator *gen, uint64_t bound) {
    return ac_random_below(&gen->random, bound);
}

static inline bool ac_one_in(struct generator *gen, uint64_t bound) {
    return ac_random_below(&gen->random, bound) == 0;
}

/* True once the program is as long as it is to be, or memory ran out. */
static inline bool ac_generator_full(const struct generator *gen) {
    return gen->failed || gen->program->count >= gen->target;
}

/* Appends an op, unless the program is full, and learns what it does to its slots. Which thread it
 * runs on is chosen here: the one before most often, often another one for a free. */
void ac_emit(struct generator *gen, const struct ac_op *op);

/* The ops that follow run on one thread of the program's, until ac_unpin. */
static inline void ac_pin(struct generator *gen, uint8_t thread) {
    gen->thread = thread;
    gen->pinned = true;
}

static inline void ac_unpin(struct generator *gen) {
    gen->pinned = false;
}

/* A thread of the program's other than the one given; the same one where there is no other. */
uint8_t ac_other_thread(struct generator *gen, uint8_t thread);

/* A random slot that is likely in the state given, or any where there is none. */
uint32_t ac_pick_slot(struct generator *gen, enum slot_guess guess);

/* A size the program has used before, most often; sometimes a neighbour of one, or a new one. */
struct ac_operand ac_pick_size(struct generator *gen);

/* A size for the realloc of a slot: near the old one, half, double, anything. */
struct ac_operand ac_pick_new_size(struct generator *gen, uint32_t slot);

/* The operand plus a number of bytes, modulo 2^64. */
static inline struct ac_operand ac_plus(struct ac_operand operand, uint64_t bytes) {
    operand.value += bytes;
    return operand;
}

/* Short spellings for the patterns. */
void ac_emit_malloc(struct generator *gen, uint32_t slot, struct ac_operand size);
void ac_emit_calloc(struct generator *gen, uint32_t slot, struct ac_operand size);
void ac_emit_realloc(struct generator *gen, uint32_t slot, struct ac_operand size);
void ac_emit_aligned(struct generator *gen, uint32_t slot, struct ac_operand size);
void ac_emit_free(struct generator *gen, uint32_t slot); /* now and then through free_sized */
void ac_emit_slot(struct generator *gen, enum ac_op_kind kind, uint32_t slot);
void ac_emit_number(struct generator *gen, enum ac_op_kind kind, uint64_t number);
void ac_emit_plain(struct generator *gen, enum ac_op_kind kind);
void ac_emit_repeat(struct generator *gen, enum ac_op_kind kind, uint32_t count, uint32_t slot,
                    struct ac_operand size);

/* A size for blocks of which a program allocates many. */
struct ac_operand ac_repeat_size(struct generator *gen);

/* A slot further on, of those in use. */
static inline uint32_t ac_next_slot(const struct generator *gen, uint32_t slot, uint32_t by) {
    return (slot + by) % gen->slots;
}

/* generate_threads.c: patterns of programs with several threads. */
typedef void emit_pattern(struct generator *gen);
emit_pattern ac_producer_and_consumer, ac_blocks_outlive_thread, ac_thread_only_frees,
    ac_short_lived_threads, ac_freed_at_exit, ac_resized_elsewhere, ac_first_calls, ac_fork_amid;

/* Appends one pattern: a few ops that belong together, of the groups that are on. */
void ac_emit_pattern(struct generator *gen);

#endif
