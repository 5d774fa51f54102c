// SPDX-License-Identifier: MIT
// Draws sizes and alignments that allocators tend to get wrong.
#include "parts.h"

typedef struct ac_operand draw(const struct size_draw *from);

static uint64_t below(const struct size_draw *from, uint64_t bound) {
    return ac_random_below(from->random, bound);
}

/* -1, 0 or 1, modulo 2^64. */
static uint64_t nudge(const struct size_draw *from) {
    return below(from, 3) - 1;
}

static struct ac_operand symbolic(uint8_t symbol, uint64_t delta) {
    struct ac_operand operand = {delta, symbol == AC_PAGE, symbol};
    return operand;
}

static struct ac_operand small(const struct size_draw *from) {
    return ac_absolute(below(from, 65));
}

static struct ac_operand sixteenth(const struct size_draw *from) {
    uint64_t times = 1 + below(from, UINT64_C(1) << below(from, 9));
    return ac_absolute(16 * times + nudge(from));
}

static struct ac_operand power(const struct size_draw *from) {
    static const int deltas[] = {0, 0, -1, 1, -8, 8, -9, -16, 16, -17, -24, -32};
    uint64_t exponent = below(from, 8) == 0 ? 5 + below(from, 18) : 5 + below(from, 11);
    int delta = deltas[below(from, sizeof deltas / sizeof deltas[0])];
    return ac_absolute((UINT64_C(1) << exponent) + (uint64_t)delta);
}

static struct ac_operand pages(const struct size_draw *from) {
    static const uint16_t scales[] = {1, 1, 1, 1, 2, 2, 2, 3, 4, 5, 7, 8, 9, 16, 31, 32, 33, 64};
    uint64_t delta = below(from, 4) == 0 ? below(from, 3) : -below(from, 65);
    struct ac_operand operand = symbolic(AC_PAGE, delta);
    operand.scale = scales[below(from, sizeof scales / sizeof scales[0])];
    return operand;
}

static struct ac_operand boundary(const struct size_draw *from) {
    if (from->boundaries == NULL || from->boundaries->count == 0)
        return sixteenth(from);
    return ac_absolute(from->boundaries->at[below(from, from->boundaries->count)] + nudge(from));
}

static struct ac_operand left(const struct size_draw *from) {
    uint64_t step = below(from, 3) == 0 ? 16 : 1;
    return symbolic(AC_LEFT, -(step * below(from, 65)));
}

/* A fraction of the limit: a few of them fill the heap. */
static struct ac_operand part(const struct size_draw *from) {
    uint64_t share = from->head->limit / (2 + below(from, 15));
    return ac_absolute(share - below(from, 65));
}

static struct ac_operand huge(const struct size_draw *from) {
    switch (below(from, 8)) {
    case 0:
        return symbolic(AC_MAX, -(16 * below(from, 1024)));
    case 1:
        return symbolic(AC_HALF, below(from, 129) - 64);
    case 2:
        return symbolic(AC_HALF, 1 + 4096 * below(from, 3));
    case 3:
        return ac_absolute((UINT64_C(1) << (31 + below(from, 2))) + below(from, 33) - 16);
    case 4:
        return ac_absolute((UINT64_C(1) << (40 + below(from, 24))) + nudge(from));
    case 5:
        return ac_absolute(from->head->limit + below(from, 4097));
    default:
        return symbolic(AC_MAX, -below(from, 65));
    }
}

enum { CHOICES = 16 };

static draw *const by_mix[AC_SIZE_MIXES][CHOICES] = {
    [AC_SIZES_MIXED] = {small, small, small, small, small, sixteenth, sixteenth, sixteenth, power,
                        power, pages, boundary, boundary, left, part, huge},
    [AC_SIZES_SMALL] = {small, small, small, small, small, small, small, small, small, sixteenth,
                        sixteenth, sixteenth, sixteenth, sixteenth, sixteenth, boundary},
    [AC_SIZES_CLASS] = {boundary, boundary, boundary, boundary, boundary, boundary, boundary,
                        sixteenth, sixteenth, sixteenth, sixteenth, power, power, power, small,
                        small},
    [AC_SIZES_PAGE] = {pages, pages, pages, pages, pages, pages, pages, pages, power, power,
                       boundary, boundary, small, small, sixteenth, sixteenth},
    [AC_SIZES_LARGE] = {left, left, part, part, part, part, part, pages, pages, pages, power, power,
                        small, small, sixteenth, boundary},
    [AC_SIZES_HUGE] = {huge, huge, huge, huge, huge, huge, huge, left, left, part, small, small,
                       small, sixteenth, power, pages},
};

struct ac_operand ac_generate_size(const struct ac_head *head, struct ac_random *random,
                                   const struct ac_boundaries *boundaries) {
    const struct size_draw from = {head, random, boundaries};
    return by_mix[head->sizes][below(&from, CHOICES)](&from);
}

/* Powers of two that are too large, and values that round up to one or to 0. */
static struct ac_operand absurd_alignment(struct ac_random *random) {
    switch (ac_random_below(random, 4)) {
    case 0:
        return ac_absolute(UINT64_C(1) << (24 + ac_random_below(random, 39)));
    case 1:
        return symbolic(AC_HALF, 1);
    case 2:
        return symbolic(AC_HALF, 2 + ac_random_below(random, 64));
    default:
        return symbolic(AC_MAX, -ac_random_below(random, 64));
    }
}

struct ac_operand ac_generate_alignment(struct ac_random *random) {
    static const uint64_t odd[] = {0, 3, 6, 24, 48, 100, 4097};
    uint64_t choice = ac_random_below(random, 32);
    if (choice == 0)
        return ac_absolute(odd[ac_random_below(random, sizeof odd / sizeof odd[0])]);
    if (choice == 1)
        return absurd_alignment(random);
    /* Most alignment bugs show below two pages; larger alignments cost time. */
    uint64_t powers = choice < 6 ? 23 : 14;
    return ac_absolute(UINT64_C(1) << ac_random_below(random, powers));
}

static void maybe_swap(const struct size_draw *from, struct ac_product *product) {
    if (below(from, 2) == 0) {
        struct ac_operand swap = product->count;
        product->count = product->size;
        product->size = swap;
    }
}

/* Two factors of about `size`. */
static void split(const struct size_draw *from, struct ac_operand size,
                  struct ac_product *product) {
    static const uint8_t factors[] = {2, 3, 4, 5, 7, 8, 16};
    uint64_t count = factors[below(from, sizeof factors)];
    product->count = ac_absolute(1);
    product->size = size;
    if (size.symbol != AC_ABSOLUTE || below(from, 3) == 0)
        return;
    product->count = ac_absolute(count);
    product->size = ac_absolute(size.value / count);
    maybe_swap(from, product);
}

/* A product that wraps, to 0 or to a small number. */
static void wrap(const struct size_draw *from, struct ac_product *product) {
    uint64_t bits = 1 + below(from, 63);
    product->size = ac_absolute(UINT64_C(1) << bits);
    product->count = ac_absolute((UINT64_C(1) << (64 - bits)) + below(from, 4));
    if (below(from, 4) == 0) {
        product->count = ac_absolute(UINT64_MAX / (3 + below(from, 60)) + 1);
        product->size = ac_absolute(3 + below(from, 62));
    }
    maybe_swap(from, product);
}

struct ac_product ac_generate_product(const struct size_draw *from, struct ac_operand size) {
    struct ac_product product;
    bool wraps = below(from, from->head->sizes == AC_SIZES_HUGE ? 3 : 24) == 0;
    if (wraps)
        wrap(from, &product);
    else
        split(from, size, &product);
    return product;
}
