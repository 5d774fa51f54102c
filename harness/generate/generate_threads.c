// SPDX-License-Identifier: MIT
// Patterns with several threads, modelled on real bugs of cross-thread frees, thread exit and first
// calls.
#include "generator.h"

enum { MOST_LIVE = 40 }; /* at most, by one thread in a row */

static uint8_t any_thread(struct generator *gen) {
    return (uint8_t)ac_below(gen, gen->program->head.threads);
}

/* Any thread but the main thread, which cannot exit. */
static uint8_t exiting_thread(struct generator *gen) {
    const uint64_t threads = gen->program->head.threads;
    return (uint8_t)(1 + ac_below(gen, threads > 1 ? threads - 1 : 1));
}

static void end_thread(struct generator *gen, uint8_t thread) {
    ac_emit_slot(gen, AC_OP_EXIT, thread);
}

/* A few, some, or enough to make counters wrap. */
static uint32_t draw_count(struct generator *gen) {
    switch (ac_below(gen, 8)) {
    case 0:
        return ac_generate_repeat(&gen->random);
    case 1:
    case 2:
    case 3:
        return 1 + (uint32_t)ac_below(gen, MOST_LIVE);
    default:
        return 1 + (uint32_t)ac_below(gen, 4);
    }
}

static void allocate_on(struct generator *gen, uint8_t thread, uint32_t count,
                        struct ac_operand size) {
    ac_pin(gen, thread);
    ac_emit_repeat(gen, AC_OP_MALLOC, count, REPEAT_SLOT, size);
}

static void free_on(struct generator *gen, uint8_t thread, uint32_t count) {
    ac_pin(gen, thread);
    ac_emit_repeat(gen, AC_OP_FREE, count, REPEAT_SLOT, ac_absolute(0));
}

/* One thread allocates, the other frees, repeatedly: lists of remote frees may never be emptied. */
void ac_producer_and_consumer(struct generator *gen) {
    const uint8_t producer = any_thread(gen), consumer = ac_other_thread(gen, producer);
    const uint32_t count = draw_count(gen);
    const struct ac_operand size = ac_one_in(gen, 4) ? ac_pick_size(gen) : ac_repeat_size(gen);
    for (uint64_t rounds = 2 + ac_below(gen, 3); rounds > 0; rounds--) {
        allocate_on(gen, producer, count, size);
        free_on(gen, consumer, count);
    }
    allocate_on(gen, producer, count, size);
    ac_unpin(gen);
}

/* A thread exits while its blocks are live; another one frees them. */
void ac_blocks_outlive_thread(struct generator *gen) {
    const uint8_t thread = exiting_thread(gen), heir = ac_other_thread(gen, thread);
    const uint32_t count = draw_count(gen), freed = 1 + (uint32_t)ac_below(gen, count);
    const struct ac_operand size = ac_repeat_size(gen);
    allocate_on(gen, thread, count, size);
    if (ac_one_in(gen, 2))
        free_on(gen, thread, freed); /* fills the thread's cache */
    end_thread(gen, thread);
    free_on(gen, heir, count);
    allocate_on(gen, ac_one_in(gen, 2) ? heir : thread, count, size);
    ac_unpin(gen);
}

/* All calls of a new thread are frees of another thread's blocks. */
void ac_thread_only_frees(struct generator *gen) {
    const uint8_t thread = exiting_thread(gen), owner = ac_other_thread(gen, thread);
    const uint32_t count = draw_count(gen);
    const struct ac_operand size = ac_repeat_size(gen);
    end_thread(gen, thread);
    allocate_on(gen, owner, count, size);
    free_on(gen, thread, count);
    if (ac_one_in(gen, 2))
        end_thread(gen, thread);
    allocate_on(gen, owner, count, size);
    ac_unpin(gen);
}

/* Threads that start, allocate and exit: what each leaves behind adds up. */
void ac_short_lived_threads(struct generator *gen) {
    const uint8_t thread = exiting_thread(gen);
    const struct ac_operand size = ac_repeat_size(gen);
    const uint32_t slot = (uint32_t)ac_below(gen, gen->slots);
    const bool frees = ac_one_in(gen, 2);
    ac_pin(gen, thread);
    for (uint32_t rounds = 2 + (uint32_t)ac_below(gen, 4), i = 0; i < rounds; i++) {
        ac_emit_malloc(gen, ac_next_slot(gen, slot, i), size);
        if (frees)
            ac_emit_free(gen, ac_next_slot(gen, slot, i));
        end_thread(gen, thread);
    }
    ac_unpin(gen);
}

/* A thread's destructor frees a block, before or after the allocator's own destructor. */
void ac_freed_at_exit(struct generator *gen) {
    const uint8_t thread = exiting_thread(gen), owner = any_thread(gen);
    const uint32_t slot = ac_pick_slot(gen, GUESS_EMPTY);
    const struct ac_operand size = ac_repeat_size(gen);
    struct ac_op later = {.kind = AC_OP_FREE_AT_EXIT, .repeat = 1, .slot = slot};
    ac_pin(gen, owner);
    ac_emit_malloc(gen, slot, size);
    ac_pin(gen, thread);
    if (ac_one_in(gen, 2))
        ac_emit_malloc(gen, ac_next_slot(gen, slot, 1), size);
    later.a = ac_absolute(ac_below(gen, 4));
    ac_emit(gen, &later);
    end_thread(gen, thread);
    ac_emit_malloc(gen, ac_next_slot(gen, slot, 2), size);
    ac_unpin(gen);
}

/* One thread allocates a block, another resizes it, a third (or the first) frees it. */
void ac_resized_elsewhere(struct generator *gen) {
    const uint8_t owner = any_thread(gen), other = ac_other_thread(gen, owner);
    const uint32_t slot = ac_pick_slot(gen, GUESS_EMPTY);
    ac_pin(gen, owner);
    ac_emit_malloc(gen, slot, ac_pick_size(gen));
    ac_pin(gen, other);
    ac_emit_realloc(gen, slot, ac_pick_new_size(gen, slot));
    ac_pin(gen, any_thread(gen));
    ac_emit_free(gen, slot);
    ac_pin(gen, owner);
    ac_emit_malloc(gen, slot, ac_pick_size(gen));
    ac_unpin(gen);
}

/* The first calls of all threads, in sequence. */
void ac_first_calls(struct generator *gen) {
    const struct ac_operand size = ac_pick_size(gen);
    const bool clears = ac_one_in(gen, 3);
    for (uint8_t thread = 0; thread < gen->program->head.threads; thread++) {
        ac_pin(gen, thread);
        if (clears)
            ac_emit_calloc(gen, ac_next_slot(gen, 0, thread), size);
        else
            ac_emit_malloc(gen, ac_next_slot(gen, 0, thread), size);
    }
    ac_unpin(gen);
}

/* A fork while threads have live blocks and filled caches. */
void ac_fork_amid(struct generator *gen) {
    const uint32_t slot = (uint32_t)ac_below(gen, gen->slots);
    for (uint32_t i = 0; i < 3; i++)
        ac_emit_malloc(gen, ac_next_slot(gen, slot, i), ac_pick_size(gen));
    ac_emit_free(gen, ac_next_slot(gen, slot, 1));
    ac_emit_plain(gen, AC_OP_FORK);
    ac_emit_malloc(gen, ac_next_slot(gen, slot, 1), ac_pick_size(gen));
}
