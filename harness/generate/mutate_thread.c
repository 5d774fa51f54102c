// SPDX-License-Identifier: MIT
// Mutations of threads: their number, and which ops they run.
#include "mutation.h"

enum { MOST_IN_A_RUN = 8 };

static bool has_threads(const struct mutation *mutation) {
    return mutation->program->head.threads > 1 && mutation->program->count > 0;
}

static uint8_t other_thread(struct mutation *mutation, uint8_t thread) {
    const uint8_t threads = mutation->program->head.threads;
    return (uint8_t)((thread + 1 + ac_mutation_below(mutation, threads - 1u)) % threads);
}

/* The end of a range that starts at an op: the next op, a few ops later, or the program's end. */
static size_t draw_end(struct mutation *mutation, size_t first) {
    const size_t count = mutation->program->count;
    size_t end = first + 1;
    switch (ac_mutation_below(mutation, 4)) {
    case 0:
        return count;
    case 1:
    case 2:
        end += ac_mutation_below(mutation, MOST_IN_A_RUN);
        return end < count ? end : count;
    default:
        return end;
    }
}

/* Moves one op, a few, or all from an op on to another thread. */
enum ac_mutated ac_mutate_thread(struct mutation *mutation) {
    struct ac_program *program = mutation->program;
    if (!has_threads(mutation))
        return AC_NOT_APPLIED;
    const size_t first = (size_t)ac_mutation_below(mutation, program->count);
    const size_t end = draw_end(mutation, first);
    const uint8_t thread = other_thread(mutation, program->ops[first].thread);
    for (size_t i = first; i < end; i++)
        program->ops[i].thread = thread;
    return AC_MUTATED;
}

/* Moves all ops of one thread to another. */
enum ac_mutated ac_mutate_merge(struct mutation *mutation) {
    struct ac_program *program = mutation->program;
    if (!has_threads(mutation))
        return AC_NOT_APPLIED;
    const uint8_t from = program->ops[ac_mutation_below(mutation, program->count)].thread;
    const uint8_t to = other_thread(mutation, from);
    for (size_t i = 0; i < program->count; i++)
        if (program->ops[i].thread == from)
            program->ops[i].thread = to;
    return AC_MUTATED;
}

/* Inserts a thread exit. */
enum ac_mutated ac_mutate_exit(struct mutation *mutation) {
    if (!has_threads(mutation) || ac_capacity_left(mutation) == 0)
        return AC_NOT_APPLIED;
    const struct ac_op op = {
        .kind = AC_OP_EXIT,
        .repeat = 1,
        .slot = 1 + (uint32_t)ac_mutation_below(mutation, mutation->program->head.threads - 1u)};
    const size_t position = (size_t)ac_mutation_below(mutation, mutation->program->count + 1);
    return ac_program_insert(mutation->program, position, &op) ? AC_MUTATED : AC_MUTATE_NO_MEMORY;
}

/* Spreads a single-threaded program over several threads. Engines rarely keep programs with
 * threads, because they add little coverage and take longer. */
enum ac_mutated ac_mutate_spread(struct mutation *mutation) {
    struct ac_program *program = mutation->program;
    const unsigned threads = 1u << AC_GROUP_THREADS;
    if (has_threads(mutation) || program->count < 2 || (mutation->options->groups & threads) == 0)
        return AC_NOT_APPLIED;
    program->head.groups = (uint16_t)(program->head.groups | threads);
    ac_spread(program, &mutation->random);
    return AC_MUTATED;
}
