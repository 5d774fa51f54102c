// SPDX-License-Identifier: MIT
#include "allocheck/codec.h"
#include "mutation.h"

const struct ac_mutation ac_mutations[AC_MUTATIONS] = {
    {"insert", ac_mutate_insert, 12},  {"delete", ac_mutate_delete, 10},
    {"double", ac_mutate_double, 8},   {"splice", ac_mutate_splice, 6},
    {"swap", ac_mutate_swap, 6},       {"retarget", ac_mutate_retarget, 12},
    {"nudge", ac_mutate_nudge, 16},    {"align", ac_mutate_align, 3},
    {"product", ac_mutate_product, 2}, {"repeat", ac_mutate_repeat, 4},
    {"thread", ac_mutate_thread, 8},   {"merge", ac_mutate_merge, 1},
    {"exit", ac_mutate_exit, 2},       {"spread", ac_mutate_spread, 8},
    {"kind", ac_mutate_kind, 4},       {"head", ac_mutate_head, 14},
};

enum { MOST_ROUNDS = 4 };

static size_t draw_mutation(struct mutation *mutation) {
    unsigned weights[AC_MUTATIONS];
    for (size_t i = 0; i < AC_MUTATIONS; i++)
        weights[i] = ac_mutations[i].weight;
    return ac_random_weighted(&mutation->random, weights, AC_MUTATIONS);
}

/* Terminates: insert applies while there is capacity, else delete or nudge does. */
static bool mutate_once(struct mutation *mutation) {
    enum ac_mutated done;
    do {
        done = ac_mutations[draw_mutation(mutation)].apply(mutation);
    } while (done == AC_NOT_APPLIED);
    return done == AC_MUTATED;
}

bool ac_mutate(struct ac_program *program, uint64_t seed, const struct ac_generate_options *options,
               size_t max_ops) {
    struct mutation mutation = {program, options, {seed}, max_ops};
    ac_program_remove(program, max_ops, SIZE_MAX);
    uint64_t rounds = 1 + ac_mutation_below(&mutation, MOST_ROUNDS);
    bool done = true;
    for (uint64_t i = 0; done && i < rounds; i++)
        done = mutate_once(&mutation);
    return done;
}

static void wrap_slots(struct ac_program *program) {
    for (size_t i = 0; i < program->count; i++) {
        program->ops[i].slot %= AC_SLOTS_IN_BYTES;
        program->ops[i].from %= AC_SLOTS_IN_BYTES;
    }
}

size_t ac_encode_fitting(struct ac_program *program, uint8_t *bytes, size_t capacity) {
    wrap_slots(program);
    size_t size = ac_encode(program, bytes, capacity, NULL);
    while (size > capacity && program->count > 0) {
        size_t kept = program->count * capacity / size; /* an estimate; may be too low */
        ac_program_remove(program, kept, SIZE_MAX);
        size = ac_encode(program, bytes, capacity, NULL);
    }
    return size <= capacity ? size : 0;
}
