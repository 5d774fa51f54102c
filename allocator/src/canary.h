// SPDX-License-Identifier: MIT
// The canary fills the slack after a block, up to its first 25 to 32 bytes. Seed and slack
// length determine its bytes. All are at least 0x80, so that a stray zero or text character
// shows. It is written in aligned words; the first one is shared with the block's last bytes.
#ifndef SLATE_CANARY_H
#define SLATE_CANARY_H

#include "heap.h"
#include "poison.h"

enum { CANARY_WORDS = 4 };

typedef uint64_t __attribute__((may_alias)) canary_word;

static inline uint64_t canary_value(const struct slate_heap *heap, size_t slack) {
    return (heap->canary ^ (slack * 0x9E3779B97F4A7C15U)) | 0x8080808080808080U;
}

/* Bits of a block's last word that lie after the block. */
static inline uint64_t canary_mask(size_t size) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    return ~(uint64_t)0 >> (8 * (size & 7));
#else
    return ~(uint64_t)0 << (8 * (size & 7));
#endif
}

static inline size_t canary_end(size_t first, size_t capacity) {
    size_t words = capacity / 8;
    return words - first > CANARY_WORDS ? first + CANARY_WORDS : words;
}

/* capacity is a multiple of eight and greater than size; start is aligned. */
UNCHECKED static inline void canary_write(const struct slate_heap *heap, char *start, size_t size,
                                          size_t capacity) {
    canary_word *words = (canary_word *)(void *)start;
    uint64_t value = canary_value(heap, capacity - size), mask = canary_mask(size);
    size_t at = size / 8, end = canary_end(at, capacity);
    words[at] = (words[at] & ~mask) | (value & mask);
    while (++at < end)
        words[at] = value;
}

/* Reads up to seven bytes of the block: only for its owner or on the owner's behalf. */
UNCHECKED static inline bool canary_intact(const struct slate_heap *heap, const char *start,
                                           size_t size, size_t capacity) {
    const canary_word *words = (const canary_word *)(const void *)start;
    uint64_t value = canary_value(heap, capacity - size);
    size_t at = size / 8, end = canary_end(at, capacity);
    uint64_t wrong = (words[at] ^ value) & canary_mask(size);
    while (++at < end)
        wrong |= words[at] ^ value;
    return wrong == 0;
}

/* The same for all others: reads nothing but the slack. */
UNCHECKED static inline bool canary_seen_intact(const struct slate_heap *heap, const char *start,
                                                size_t size, size_t capacity) {
    uint64_t value = canary_value(heap, capacity - size);
    const volatile unsigned char *bytes = (const volatile unsigned char *)start;
    const unsigned char *expected = (const unsigned char *)&value;
    size_t end = 8 * canary_end(size / 8, capacity);
    for (size_t at = size; at < end; at++)
        if (bytes[at] != expected[at & 7])
            return false;
    return true;
}

#endif
