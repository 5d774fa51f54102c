// SPDX-License-Identifier: MIT
//
// The canary: up to eight bytes directly behind a block, made of the heap's seed and the length of
// the slack. No byte of it is below 0x80, so a stray zero or text character always shows.
#ifndef SLATE_CANARY_H
#define SLATE_CANARY_H

#include "heap.h"
#include "poison.h"

struct canary_word {
    uint64_t value;
} __attribute__((packed, may_alias));

static inline uint64_t canary_value(const struct slate_heap *heap, size_t slack) {
    return (heap->canary ^ (slack * 0x9E3779B97F4A7C15U)) | 0x8080808080808080U;
}

// Which bits of the last eight bytes of the room belong to a slack of less than eight bytes.
static inline uint64_t canary_mask(size_t slack) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return ((uint64_t)1 << (8 * slack)) - 1;
#else
    return ~(uint64_t)0 << (64 - 8 * slack);
#endif
}

UNCHECKED static inline void canary_write(const struct slate_heap *heap, char *start, size_t size,
                                          size_t room) {
    size_t slack = room - size;
    uint64_t value = canary_value(heap, slack);
    if (slack >= 8) {
        ((struct canary_word *)(start + size))->value = value;
        return;
    }
    struct canary_word *last = (struct canary_word *)(start + room - 8);
    uint64_t mask = canary_mask(slack);
    last->value = (last->value & ~mask) | (value & mask);
}

// Only for the owner of the block, or who holds it for the owner: reads up to seven bytes of it.
UNCHECKED static inline bool canary_intact(const struct slate_heap *heap, const char *start,
                                           size_t size, size_t room) {
    size_t slack = room - size;
    uint64_t value = canary_value(heap, slack);
    if (slack >= 8)
        return ((const struct canary_word *)(start + size))->value == value;
    const struct canary_word *last = (const struct canary_word *)(start + room - 8);
    return ((last->value ^ value) & canary_mask(slack)) == 0;
}

// The same for others: reads nothing but the slack.
UNCHECKED static inline bool canary_seen_intact(const struct slate_heap *heap, const char *start,
                                                size_t size, size_t room) {
    size_t slack = room - size;
    if (slack >= 8)
        return canary_intact(heap, start, size, room);
    struct canary_word expected = {canary_value(heap, slack)};
    const char *bytes = (const char *)&expected + 8 - slack;
    for (size_t i = 0; i < slack; i++) {
        if (((const volatile char *)start)[size + i] != bytes[i])
            return false;
    }
    return true;
}

#endif
