// SPDX-License-Identifier: MIT
#include "pattern.h"

#include "program/poison.h"

/* Blocks start anywhere, so words are read and written unaligned. */
typedef uint64_t __attribute__((may_alias, aligned(1))) word;
typedef uint64_t __attribute__((vector_size(16))) pair;
typedef pair __attribute__((may_alias, aligned(1))) loose_pair;

enum { STRIDE = 2 * sizeof(pair) }; /* bytes written or compared at a time */

static const uint64_t no_zero_byte = UINT64_C(0x0101010101010101);
static const uint64_t step = UINT64_C(0x9E3779B97F4A7C15);

uint64_t ac_pattern_seed(uint32_t id) {
    uint64_t z = (id + UINT64_C(1)) * UINT64_C(0xBF58476D1CE4E5B9);
    return z ^ (z >> 29);
}

/* A pattern. All fields zero: the all-zero pattern. */
struct sequence {
    uint64_t seed, step_by, ones;
};

AC_NO_ASAN_STEP uint64_t word_at(const struct sequence *of, size_t index) {
    return (of->seed + index * of->step_by) | of->ones;
}

AC_NO_ASAN_STEP uint8_t byte_at(const struct sequence *of, size_t offset) {
    return (uint8_t)(word_at(of, offset / 8) >> (offset % 8 * 8));
}

/* The next four words of a sequence before `ones` are or-ed in, as two vectors. Not an array, which
 * compilers would keep in memory. */
struct front {
    pair low, high;
    pair step_by, ones;
};

AC_NO_ASAN_STEP struct front front_at(const struct sequence *of, size_t index) {
    const uint64_t step_by = of->step_by, first = of->seed + index * step_by;
    return (struct front){.low = {first, first + step_by},
                          .high = {first + 2 * step_by, first + 3 * step_by},
                          .step_by = {4 * step_by, 4 * step_by},
                          .ones = {of->ones, of->ones}};
}

AC_NO_ASAN_STEP void advance(struct front *front) {
    front->low += front->step_by;
    front->high += front->step_by;
}

static struct sequence pattern_of(uint64_t seed) {
    return (struct sequence){seed, step, no_zero_byte};
}

/* Writes whole strides from `at` (a multiple of 8) on. Returns the offset of the rest. */
AC_NO_ASAN static size_t fill_strides(uint8_t *start, size_t at, size_t to,
                                      const struct sequence *with) {
    struct front front = front_at(with, at / 8);
    for (; at + STRIDE <= to; at += STRIDE) {
        loose_pair *to_pairs = (loose_pair *)(void *)(start + at);
        to_pairs[0] = front.low | front.ones;
        to_pairs[1] = front.high | front.ones;
        advance(&front);
    }
    return at;
}

AC_NO_ASAN static void fill(uint8_t *start, size_t from, size_t to, const struct sequence *with) {
    size_t at = from;
    for (; at < to && at % 8 != 0; at++)
        start[at] = byte_at(with, at);
    if (at + STRIDE <= to)
        at = fill_strides(start, at, to, with);
    for (; at + 8 <= to; at += 8)
        *(word *)(start + at) = word_at(with, at / 8);
    for (; at < to; at++)
        start[at] = byte_at(with, at);
}

/* Compares whole strides from `at` (a multiple of 8) on. Returns the offset of the first stride
 * that differs or is not whole. */
AC_NO_ASAN static size_t equal_strides(const uint8_t *start, size_t at, size_t to,
                                       const struct sequence *with) {
    struct front front = front_at(with, at / 8);
    for (; at + STRIDE <= to; at += STRIDE) {
        const loose_pair *pairs = (const loose_pair *)(const void *)(start + at);
        const pair off =
            (pairs[0] ^ (front.low | front.ones)) | (pairs[1] ^ (front.high | front.ones));
        if ((off[0] | off[1]) != 0)
            break;
        advance(&front);
    }
    return at;
}

/* Skips whole words from `at` (a multiple of 8) on that equal the sequence. */
AC_NO_ASAN_STEP size_t equal_words(const uint8_t *start, size_t at, size_t to,
                                   const struct sequence *with) {
    if (at + STRIDE <= to)
        at = equal_strides(start, at, to, with);
    while (at + 8 <= to && *(const word *)(start + at) == word_at(with, at / 8))
        at += 8;
    return at;
}

/* The offset of the first wrong byte in [from, to), or `to`. */
AC_NO_ASAN static size_t mismatch(const uint8_t *start, size_t from, size_t to,
                                  const struct sequence *with) {
    size_t at = from % 8 == 0 ? equal_words(start, from, to, with) : from;
    while (at < to && start[at] == byte_at(with, at))
        at++;
    return at;
}

/* The offset of the last wrong byte in [from, to); the byte at `from` is wrong. */
AC_NO_ASAN static size_t last_mismatch(const uint8_t *start, size_t from, size_t to,
                                       const struct sequence *with) {
    size_t at = to - 1;
    while (at > from && start[at] == byte_at(with, at))
        at--;
    return at;
}

AC_NO_ASAN static bool holds(const uint8_t *start, size_t from, size_t to,
                             const struct sequence *with, struct ac_wrong *wrong) {
    size_t first = mismatch(start, from, to, with);
    if (first == to)
        return true;
    *wrong = (struct ac_wrong){first, last_mismatch(start, first, to, with), byte_at(with, first),
                               start[first]};
    return false;
}

/* Piece `i` of the sample of [0, size): both ends, then a word per stride. False: no such piece. */
static bool piece(size_t size, size_t i, size_t *from, size_t *to) {
    if (i < 2) {
        *from = i == 0 ? 0 : size - AC_EDGE;
        *to = *from + AC_EDGE;
        return true;
    }
    *from = AC_EDGE + (i - 2) * AC_STRIDE;
    *to = *from + 8;
    return i - 2 < AC_STRIDES && *to <= size - AC_EDGE;
}

static bool is_sampled(size_t size, bool whole) {
    return !whole && size > 2 * AC_EDGE;
}

void ac_pattern_fill(uint8_t *start, size_t from, size_t to, uint64_t seed, bool whole) {
    const struct sequence with = pattern_of(seed);
    if (!is_sampled(to, whole)) {
        fill(start, from, to, &with);
        return;
    }
    size_t begin, end;
    for (size_t i = 0; piece(to, i, &begin, &end); i++)
        fill(start, begin, end, &with);
}

static size_t least(size_t left, size_t right) {
    return left < right ? left : right;
}

static bool covered(const uint8_t *start, size_t size, size_t limit, bool whole,
                    const struct sequence *with, struct ac_wrong *wrong) {
    if (!is_sampled(size, whole))
        return holds(start, 0, least(size, limit), with, wrong);
    size_t begin, end;
    for (size_t i = 0; piece(size, i, &begin, &end); i++)
        if (begin < limit && !holds(start, begin, least(end, limit), with, wrong))
            return false;
    return true;
}

bool ac_pattern_holds(const uint8_t *start, size_t size, size_t limit, uint64_t seed, bool whole,
                      struct ac_wrong *wrong) {
    const struct sequence with = pattern_of(seed);
    return covered(start, size, limit, whole, &with, wrong);
}

bool ac_pattern_zero(const uint8_t *start, size_t size, bool whole, struct ac_wrong *wrong) {
    const struct sequence zero = {0, 0, 0};
    return covered(start, size, size, whole, &zero, wrong);
}

/* --- for explanations of findings --- */

static bool is_covered(size_t size, bool whole, size_t offset) {
    if (!is_sampled(size, whole) || offset < AC_EDGE || offset >= size - AC_EDGE)
        return true;
    size_t from, to;
    return piece(size, 2 + (offset - AC_EDGE) / AC_STRIDE, &from, &to) && offset < to;
}

bool ac_pattern_expects(size_t size, uint64_t seed, bool whole, size_t offset, uint8_t *byte) {
    const struct sequence with = pattern_of(seed);
    *byte = byte_at(&with, offset);
    return offset < size && is_covered(size, whole, offset);
}

AC_NO_ASAN bool ac_pattern_keeps(const uint8_t *start, size_t size, uint64_t seed, bool whole,
                                 size_t offset) {
    uint8_t expected;
    return !ac_pattern_expects(size, seed, whole, offset, &expected) || start[offset] == expected;
}

bool ac_pattern_is(const uint8_t *bytes, size_t count, uint64_t seed, size_t offset) {
    const struct sequence with = pattern_of(seed);
    size_t same = 0;
    while (same < count && bytes[same] == byte_at(&with, offset + same))
        same++;
    return same == count;
}

bool ac_pattern_find(const uint8_t *bytes, size_t count, uint64_t seed, size_t size,
                     size_t *offset) {
    for (size_t at = 0; at + count <= size; at++) {
        if (ac_pattern_is(bytes, count, seed, at)) {
            *offset = at;
            return true;
        }
    }
    return false;
}
