// SPDX-License-Identifier: MIT
// A small seeded random number generator: the same sequence on every machine.
#ifndef ALLOCHECK_RANDOM_H
#define ALLOCHECK_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ac_random {
    uint64_t state;
};

/* SplitMix64 (Steele, Lea, Flood 2014): fast, and every seed is good. */
static inline uint64_t ac_random_next(struct ac_random *random) {
    uint64_t z = (random->state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* A number in 0 .. bound - 1, or 0 if bound is 0. */
static inline uint64_t ac_random_below(struct ac_random *random, uint64_t bound) {
    return bound ? ac_random_next(random) % bound : 0;
}

/* An index below `count`, drawn by weight. At least one weight must be above 0. */
static inline size_t ac_random_weighted(struct ac_random *random, const unsigned *weights,
                                        size_t count) {
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += weights[i];
    uint64_t drawn = ac_random_below(random, sum);
    size_t index = 0;
    while (drawn >= weights[index])
        drawn -= weights[index++];
    return index;
}

#ifdef __cplusplus
}
#endif
#endif
