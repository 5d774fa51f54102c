// SPDX-License-Identifier: MIT
#include "mutation.h"

struct crossing {
    struct ac_program *out;
    struct ac_random random;
    size_t max_ops;
    bool failed;
};

/* Appends ops [start, end) as far as there is room. */
static void take(struct crossing *by, const struct ac_program *from, size_t start, size_t end) {
    for (size_t i = start; i < end && by->out->count < by->max_ops && !by->failed; i++) {
        by->failed = !ac_program_append(by->out, &from->ops[i]);
    }
}

static size_t cut(struct crossing *by, size_t from, size_t count) {
    return from + (size_t)ac_random_below(&by->random, count - from + 1);
}

/* The start of one, the end of the other. */
static void join(struct crossing *by, const struct ac_program *left,
                 const struct ac_program *right) {
    take(by, left, 0, cut(by, 0, left->count));
    take(by, right, cut(by, 0, right->count), right->count);
}

/* A part of one inside the other. */
static void nest(struct crossing *by, const struct ac_program *left,
                 const struct ac_program *right) {
    size_t place = cut(by, 0, left->count);
    size_t start = cut(by, 0, right->count);
    size_t end = cut(by, start, right->count);
    take(by, left, 0, place);
    take(by, right, start, end);
    take(by, left, place, left->count);
}

/* Ops of both in turns, each in its own order. */
static void weave(struct crossing *by, const struct ac_program *left,
                  const struct ac_program *right) {
    size_t i = 0, j = 0;
    while (i < left->count || j < right->count) {
        bool from_left = ac_random_below(&by->random, 2) == 0;
        if (j == right->count || (from_left && i < left->count)) {
            take(by, left, i, i + 1);
            i++;
        } else {
            take(by, right, j, j + 1);
            j++;
        }
    }
}

bool ac_crossover(struct ac_program *out, const struct ac_program *left,
                  const struct ac_program *right, uint64_t seed, size_t max_ops) {
    static void (*const ways[])(struct crossing *, const struct ac_program *,
                                const struct ac_program *) = {join, nest, weave};
    struct crossing by = {.out = out, .random = {seed}, .max_ops = max_ops};
    ac_program_clear(out);
    out->head = ac_random_below(&by.random, 2) == 0 ? left->head : right->head;
    ways[ac_random_below(&by.random, 3)](&by, left, right);
    if (by.failed) {
        ac_program_clear(out);
    }
    return !by.failed;
}
