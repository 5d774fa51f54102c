// SPDX-License-Identifier: MIT
// A custom mutator for AFL++ (AFL_CUSTOM_MUTATOR_LIBRARY), written for the API of 4.04c: programs
// are mutated and crossed as programs. AFL++ does not call libFuzzer's hooks; its own byte
// mutations stay on unless AFL_CUSTOM_MUTATOR_ONLY says otherwise.
#include "mutator.h"

#include <stdlib.h>

struct afl_state; /* AFL++'s own, not looked into */

/* Called once; the result is the first argument of the others, NULL ends AFL++ with an error. */
void *afl_custom_init(struct afl_state *afl, unsigned seed);
/* Makes *out, of the size returned, from an input and another one of the queue. 0: no input. */
size_t afl_custom_fuzz(void *mutator, uint8_t *bytes, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t max_size);
/* How many inputs are made from one of the queue before the next has its turn. */
unsigned afl_custom_fuzz_count(void *mutator, const uint8_t *bytes, size_t size);
void afl_custom_deinit(void *mutator);

/* AFL++ itself would stay with an input it likes for thousands: programs differ more from one
 * another than a program does from what it was made of. */
enum { CROSS_ONE_IN = 8, MOST_BYTES = 1 << 16, FROM_ONE_INPUT = 48 };

struct mutator {
    struct ac_random random;
    struct ac_program first, second, child;
    uint8_t bytes[MOST_BYTES];
};

void *afl_custom_init(struct afl_state *afl, unsigned seed) {
    (void)afl;
    struct mutator *mutator = calloc(1, sizeof *mutator);
    if (mutator != NULL) {
        mutator->random.state = seed;
        ac_program_init(&mutator->first);
        ac_program_init(&mutator->second);
        ac_program_init(&mutator->child);
    }
    return mutator;
}

void afl_custom_deinit(void *data) {
    struct mutator *mutator = data;
    ac_program_destroy(&mutator->first);
    ac_program_destroy(&mutator->second);
    ac_program_destroy(&mutator->child);
    free(mutator);
}

unsigned afl_custom_fuzz_count(void *data, const uint8_t *bytes, size_t size) {
    (void)data, (void)bytes, (void)size;
    return FROM_ONE_INPUT;
}

/* Crosses where there is another input, mutates else; NULL: out of memory. */
static struct ac_program *make(struct mutator *mutator, uint64_t seed, bool cross) {
    if (cross) {
        bool done = ac_crossover(&mutator->child, &mutator->first, &mutator->second, seed,
                                 MUTATOR_MOST_OPS);
        return done ? &mutator->child : NULL;
    }
    return mutator_change(&mutator->first, seed) ? &mutator->first : NULL;
}

size_t afl_custom_fuzz(void *data, uint8_t *bytes, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t max_size) {
    struct mutator *mutator = data;
    bool cross =
        other != NULL && other_size > 0 && ac_random_below(&mutator->random, CROSS_ONE_IN) == 0;
    uint64_t seed = ac_random_next(&mutator->random);
    *out = mutator->bytes;
    if (!ac_decode(&mutator->first, bytes, size) ||
        (cross && !ac_decode(&mutator->second, other, other_size))) {
        return 0;
    }
    struct ac_program *made = make(mutator, seed, cross);
    size_t capacity = max_size < MOST_BYTES ? max_size : MOST_BYTES;
    return made != NULL ? ac_encode_fitting(made, mutator->bytes, capacity) : 0;
}
