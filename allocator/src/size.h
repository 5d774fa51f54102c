// SPDX-License-Identifier: MIT
//
// Sizes: what is asked for, slots (by class), grains (the unit of spans).
#ifndef SLATE_SIZE_H
#define SLATE_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GRAIN_SHIFT 12
#define GRAIN       ((size_t)1 << GRAIN_SHIFT)
#define BLOCK_ALIGN ((size_t)16)
#define SLOT_MIN    ((size_t)32) // so that two bytes of state a slot stay under a sixteenth
#define SLOT_MAX    ((size_t)8192)
#define CLASSES     31
#define SPAN_GRAINS 16 // of slots, at most: offsets and reciprocals stay exact in 32 bits

static inline size_t round_up(size_t value, size_t power) {
    return (value + power - 1) & ~(power - 1);
}

static inline bool is_power(size_t value) {
    return value != 0 && (value & (value - 1)) == 0;
}

static inline unsigned log2_floor(size_t value) {
    return 63U - (unsigned)__builtin_clzll((unsigned long long)value);
}

// Every block keeps at least one byte after it for the canary.
static inline size_t capacity_for(size_t size) {
    return size + 1;
}

static inline size_t grains_for(size_t bytes) {
    return (bytes + GRAIN - 1) >> GRAIN_SHIFT;
}

// Classes: 32, 48, ... 128, then four to each doubling.
static inline unsigned class_of(size_t room) {
    if (room <= 128)
        return room <= SLOT_MIN ? 0 : (unsigned)((room - 1) >> 4) - 1;
    unsigned e = log2_floor(room - 1);
    return 7 + (e - 7) * 4 + (unsigned)(((room - 1) >> (e - 2)) & 3);
}

static inline size_t class_size(unsigned c) {
    if (c < 7)
        return SLOT_MIN + 16 * (size_t)c;
    unsigned e = 7 + (c - 7) / 4;
    return ((size_t)1 << e) + ((size_t)((c - 7) % 4 + 1) << (e - 2));
}

// The smallest class that holds room bytes and whose slots all lie on multiples of alignment, which
// is a power of two up to GRAIN, in spans that start on one.
static inline unsigned class_aligned(size_t room, size_t alignment) {
    unsigned c = class_of(room < alignment ? alignment : room);
    while ((class_size(c) & (alignment - 1)) != 0)
        c++;
    return c;
}

// The fewest grains of which slots of this size waste at most an eighth.
static inline unsigned class_grains(size_t slot) {
    unsigned n = 1;
    while ((n * GRAIN) % slot > n * GRAIN / 8)
        n++;
    return n;
}

#endif
