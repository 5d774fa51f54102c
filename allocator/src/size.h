// SPDX-License-Identifier: MIT
// Requested sizes, slot sizes (by class) and grains (the unit of spans).
#ifndef SLATE_SIZE_H
#define SLATE_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GRAIN_SHIFT = 12,
    CLASSES = 31,
    SPAN_GRAINS = 16, /* most of a span of slots: offsets and reciprocals stay exact in 32 bits */
};

#define GRAIN       ((size_t)1 << GRAIN_SHIFT)
#define BLOCK_ALIGN ((size_t)16)
#define SLOT_MIN    ((size_t)32) /* so that two bytes of state per slot stay below a sixteenth */
#define SLOT_MAX    ((size_t)8192)

static inline size_t round_up(size_t value, size_t power) {
    return (value + power - 1) & ~(power - 1);
}

static inline bool is_power(size_t value) {
    return value != 0 && (value & (value - 1)) == 0;
}

static inline unsigned log2_floor(size_t value) {
    return 63U - (unsigned)__builtin_clzll((unsigned long long)value);
}

/* At least one canary byte follows every block. */
static inline size_t padded_size(size_t size) {
    return size + 1;
}

static inline size_t grains_for(size_t bytes) {
    return (bytes + GRAIN - 1) >> GRAIN_SHIFT;
}

/* Classes: 32, 48, ... 128, then four per doubling. */
static inline unsigned class_of(size_t capacity) {
    if (capacity <= 128)
        return capacity <= SLOT_MIN ? 0 : (unsigned)((capacity - 1) >> 4) - 1;
    unsigned e = log2_floor(capacity - 1);
    return 7 + (e - 7) * 4 + (unsigned)(((capacity - 1) >> (e - 2)) & 3);
}

static inline size_t class_size(unsigned c) {
    if (c < 7)
        return SLOT_MIN + 16 * (size_t)c;
    unsigned e = 7 + (c - 7) / 4;
    return ((size_t)1 << e) + ((size_t)((c - 7) % 4 + 1) << (e - 2));
}

/* The smallest class of at least capacity bytes whose slots are all multiples of alignment, a power
 * of two up to GRAIN. Spans start on a grain. */
static inline unsigned class_aligned(size_t capacity, size_t alignment) {
    unsigned c = class_of(capacity < alignment ? alignment : capacity);
    while ((class_size(c) & (alignment - 1)) != 0)
        c++;
    return c;
}

/* The fewest grains that slots of this size fill to seven eighths. */
static inline unsigned class_grains(size_t slot) {
    unsigned n = 1;
    while ((n * GRAIN) % slot > n * GRAIN / 8)
        n++;
    return n;
}

#endif
