// SPDX-License-Identifier: MIT
// Mutations of who runs what: of how many threads a program is, and which of them an op is on.
#include "mutation.h"

enum { MOST_IN_A_RUN = 8 };

static bool has_threads(const struct mutation *by) {
    return by->program->head.threads > 1 && by->program->count > 0;
}

static uint8_t other_thread(struct mutation *by, uint8_t thread) {
    const uint8_t threads = by->program->head.threads;
    return (uint8_t)((thread + 1 + ac_mutation_below(by, threads - 1u)) % threads);
}

/* Where what begins with an op ends: with it, a few ops on, or at the end of the program. */
static size_t draw_end(struct mutation *by, size_t first) {
    const size_t count = by->program->count;
    size_t end = first + 1;
    switch (ac_mutation_below(by, 4)) {
    case 0:
        return count;
    case 1:
    case 2:
        end += ac_mutation_below(by, MOST_IN_A_RUN);
        return end < count ? end : count;
    default:
        return end;
    }
}

/* One op, a run of ops, or it and all after it, to another thread of the head. */
enum ac_mutated ac_mutate_thread(struct mutation *by) {
    struct ac_program *program = by->program;
    if (!has_threads(by)) {
        return AC_NOT_APPLIED;
    }
    const size_t first = (size_t)ac_mutation_below(by, program->count);
    const size_t end = draw_end(by, first);
    const uint8_t thread = other_thread(by, program->ops[first].thread);
    for (size_t i = first; i < end; i++) {
        program->ops[i].thread = thread;
    }
    return AC_MUTATED;
}

/* All ops of one thread to another one. */
enum ac_mutated ac_mutate_merge(struct mutation *by) {
    struct ac_program *program = by->program;
    if (!has_threads(by)) {
        return AC_NOT_APPLIED;
    }
    const uint8_t from = program->ops[ac_mutation_below(by, program->count)].thread;
    const uint8_t to = other_thread(by, from);
    for (size_t i = 0; i < program->count; i++) {
        if (program->ops[i].thread == from) {
            program->ops[i].thread = to;
        }
    }
    return AC_MUTATED;
}

/* The end of a thread, anywhere. */
enum ac_mutated ac_mutate_exit(struct mutation *by) {
    if (!has_threads(by) || ac_capacity_left(by) == 0) {
        return AC_NOT_APPLIED;
    }
    const struct ac_op op = {
        .kind = AC_OP_EXIT,
        .repeat = 1,
        .slot = 1 + (uint32_t)ac_mutation_below(by, by->program->head.threads - 1u)};
    const size_t position = (size_t)ac_mutation_below(by, by->program->count + 1);
    return ac_program_insert(by->program, position, &op) ? AC_MUTATED : AC_MUTATE_NO_MEMORY;
}

/* A program of one thread becomes one of several. What an engine keeps seldom has threads: they
 * show it little that is new, and take longer. */
enum ac_mutated ac_mutate_spread(struct mutation *by) {
    struct ac_program *program = by->program;
    const unsigned threads = 1u << AC_GROUP_THREADS;
    if (has_threads(by) || program->count < 2 || (by->options->groups & threads) == 0) {
        return AC_NOT_APPLIED;
    }
    program->head.groups = (uint16_t)(program->head.groups | threads);
    ac_spread(program, &by->random);
    return AC_MUTATED;
}
