// SPDX-License-Identifier: MIT
// libFuzzer's hooks: they mutate inputs as programs. They replace libFuzzer's own mutations, which
// remain available through LLVMFuzzerMutate.
#include "mutator.h"

/* libFuzzer's own mutation. Returns the new size, at most max_size. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t max_size);

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *left, size_t left_size, const uint8_t *right,
                                 size_t right_size, uint8_t *out, size_t max_size, unsigned seed);

enum { BYTES_ONE_IN = 10 }; /* share of byte mutations, for forms that no encoder writes */

/* Static only to reuse their memory; decoding sets every field. libFuzzer mutates from one thread.
 */
static struct ac_program first, second, child;

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t max_size, unsigned seed) {
    struct ac_random random = {seed};
    if (ac_random_below(&random, BYTES_ONE_IN) == 0 || !ac_decode(&first, bytes, size) ||
        !mutator_change(&first, ac_random_next(&random)))
        return LLVMFuzzerMutate(bytes, size, max_size);
    size_t written = mutator_encode(&first, bytes, max_size);
    return written != 0 ? written : LLVMFuzzerMutate(bytes, size, max_size);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *left, size_t left_size, const uint8_t *right,
                                 size_t right_size, uint8_t *out, size_t max_size, unsigned seed) {
    if (!ac_decode(&first, left, left_size) || !ac_decode(&second, right, right_size) ||
        !ac_crossover(&child, &first, &second, seed, MUTATOR_MAX_OPS))
        return 0;
    return mutator_encode(&child, out, max_size);
}
