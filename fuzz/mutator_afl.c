// SPDX-License-Identifier: MIT
// A custom mutator for AFL++ (AFL_CUSTOM_MUTATOR_LIBRARY), for the API of 4.04c: mutates,
// crosses and trims inputs as programs. AFL++ does not call libFuzzer's hooks. Its own byte
// mutations stay on unless AFL_CUSTOM_MUTATOR_ONLY is set.
#include "mutator.h"

#include "allocheck/shrink.h"

#include <stdlib.h>

struct afl_state; /* private to AFL++ */

/* Called once. The result is the first argument of the other hooks; NULL ends AFL++ with an
 * error. */
void *afl_custom_init(struct afl_state *afl, unsigned seed);
/* Makes *out from an input and another one of the queue. Returns its size; 0: no input. */
size_t afl_custom_fuzz(void *mutator, uint8_t *bytes, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t max_size);
/* Number of inputs to make from each input of the queue. */
unsigned afl_custom_fuzz_count(void *mutator, const uint8_t *bytes, size_t size);
/* Starts to trim an input. Returns the maximum number of steps. */
int32_t afl_custom_init_trim(void *mutator, uint8_t *bytes, size_t size);
/* Makes *out, the candidate of this step. Returns its size. */
size_t afl_custom_trim(void *mutator, uint8_t **out);
/* success: the candidate behaved like the input. Returns the number of the next step, or the
 * maximum when done. */
int32_t afl_custom_post_trim(void *mutator, uint8_t success);
void afl_custom_deinit(void *mutator);

/* By default AFL++ makes thousands of inputs from one that it prefers. Other programs differ more
 * than mutants of one program do. */
enum { CROSS_ONE_IN = 8, MAX_BYTES = 1 << 16, FROM_ONE_INPUT = 48 };
/* Each step is an execution; longer trimming does not pay. */
enum { TRIM_STEPS = 256 };

struct mutator {
    struct ac_random random;
    struct ac_program first, second, child;
    uint8_t bytes[MAX_BYTES];
    struct ac_shrinker *shrinker; /* of the trimmed input; NULL: none yet */
    const struct ac_program *candidate;
    size_t max_bytes; /* of a candidate, which replaces the input in place */
    int32_t step;
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
    ac_shrinker_delete(mutator->shrinker);
    free(mutator);
}

/* --- trimming --- */

/* The next candidate that fits. */
static void find_candidate(struct mutator *mutator) {
    mutator->candidate = ac_shrinker_next(mutator->shrinker);
    while (mutator->candidate != NULL &&
           ac_encode(mutator->candidate, NULL, 0, NULL) > mutator->max_bytes) {
        ac_shrinker_conclude(mutator->shrinker, 1, false);
        mutator->candidate = ac_shrinker_next(mutator->shrinker);
    }
}

int32_t afl_custom_init_trim(void *data, uint8_t *bytes, size_t size) {
    static const struct ac_shrink_plan plan = {
        .goals = AC_SHRINK_OPS | AC_SHRINK_REPEATS | AC_SHRINK_THREADS, .last_op = SIZE_MAX};
    struct mutator *mutator = data;
    ac_shrinker_delete(mutator->shrinker);
    mutator->shrinker =
        ac_decode(&mutator->first, bytes, size) ? ac_shrinker_new(&mutator->first, &plan) : NULL;
    if (mutator->shrinker == NULL)
        return 0;
    mutator->max_bytes = size < MAX_BYTES ? size : MAX_BYTES;
    mutator->step = 0;
    find_candidate(mutator);
    return mutator->candidate != NULL ? TRIM_STEPS : 0;
}

size_t afl_custom_trim(void *data, uint8_t **out) {
    struct mutator *mutator = data;
    *out = mutator->bytes;
    return ac_encode(mutator->candidate, mutator->bytes, MAX_BYTES, NULL);
}

int32_t afl_custom_post_trim(void *data, uint8_t success) {
    struct mutator *mutator = data;
    ac_shrinker_conclude(mutator->shrinker, success == 0, success != 0);
    find_candidate(mutator);
    mutator->step++;
    return mutator->candidate != NULL ? mutator->step : TRIM_STEPS;
}

/* --- mutating --- */

unsigned afl_custom_fuzz_count(void *data, const uint8_t *bytes, size_t size) {
    (void)data, (void)bytes, (void)size;
    return FROM_ONE_INPUT;
}

/* Crosses the two inputs or mutates the first. NULL: out of memory. */
static struct ac_program *make(struct mutator *mutator, uint64_t seed, bool cross) {
    if (cross) {
        bool done =
            ac_crossover(&mutator->child, &mutator->first, &mutator->second, seed, MUTATOR_MAX_OPS);
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
        (cross && !ac_decode(&mutator->second, other, other_size)))
        return 0;
    struct ac_program *made = make(mutator, seed, cross);
    size_t capacity = max_size < MAX_BYTES ? max_size : MAX_BYTES;
    return made != NULL ? mutator_encode(made, mutator->bytes, capacity) : 0;
}
