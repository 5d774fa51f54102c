// SPDX-License-Identifier: MIT
#include "mutation.h"

struct crossing {
    struct ac_program *out;
    struct ac_random random;
    size_t max_ops;
    bool failed;
};

/* Appends the ops [start, end), up to max_ops in all. */
static void take(struct crossing *crossing, const struct ac_program *from, size_t start,
                 size_t end) {
    for (size_t i = start; i < end && crossing->out->count < crossing->max_ops && !crossing->failed;
         i++)
        crossing->failed = !ac_program_append(crossing->out, &from->ops[i]);
}

static size_t cut(struct crossing *crossing, size_t from, size_t count) {
    return from + (size_t)ac_random_below(&crossing->random, count - from + 1);
}

/* The start of one program, the end of the other. */
static void join(struct crossing *crossing, const struct ac_program *left,
                 const struct ac_program *right) {
    take(crossing, left, 0, cut(crossing, 0, left->count));
    take(crossing, right, cut(crossing, 0, right->count), right->count);
}

/* A part of one program inside the other. */
static void nest(struct crossing *crossing, const struct ac_program *left,
                 const struct ac_program *right) {
    size_t place = cut(crossing, 0, left->count);
    size_t start = cut(crossing, 0, right->count);
    size_t end = cut(crossing, start, right->count);
    take(crossing, left, 0, place);
    take(crossing, right, start, end);
    take(crossing, left, place, left->count);
}

/* The ops of both programs, interleaved. */
static void weave(struct crossing *crossing, const struct ac_program *left,
                  const struct ac_program *right) {
    size_t i = 0, j = 0;
    while (i < left->count || j < right->count) {
        bool from_left = ac_random_below(&crossing->random, 2) == 0;
        if (j == right->count || (from_left && i < left->count)) {
            take(crossing, left, i, i + 1);
            i++;
        } else {
            take(crossing, right, j, j + 1);
            j++;
        }
    }
}

bool ac_crossover(struct ac_program *out, const struct ac_program *left,
                  const struct ac_program *right, uint64_t seed, size_t max_ops) {
    static void (*const ways[])(struct crossing *, const struct ac_program *,
                                const struct ac_program *) = {join, nest, weave};
    struct crossing crossing = {.out = out, .random = {seed}, .max_ops = max_ops};
    ac_program_clear(out);
    out->head = ac_random_below(&crossing.random, 2) == 0 ? left->head : right->head;
    ways[ac_random_below(&crossing.random, 3)](&crossing, left, right);
    if (crossing.failed)
        ac_program_clear(out);
    return !crossing.failed;
}
