// SPDX-License-Identifier: MIT
// What live blocks are filled with: a sequence that the block's seed decides and no byte of which
// is zero, so that a byte tells its owner and recycled memory is always dirty.
#ifndef ALLOCHECK_PATTERN_H
#define ALLOCHECK_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    AC_WHOLE_BLOCK = 1 << 20, /* bytes up to which a block's content is covered whole */
    AC_EDGE = 4096,           /* bytes covered at both ends of a larger block */
    AC_STRIDE = 4096,         /* and a word on every page in between */
    AC_STRIDES = 2000,        /* of at most so many pages */
};

/* The seed of the pattern of a block's id. */
uint64_t ac_pattern_seed(uint32_t id);

/* Writes the pattern of a block of `to` bytes: from offset `from` on where it is covered whole,
 * else its sample, which depends on `to`, anew. */
void ac_pattern_fill(uint8_t *start, size_t from, size_t to, uint64_t seed, bool whole);

struct ac_wrong {
    size_t first, last;       /* offsets of wrong bytes */
    uint8_t expected, actual; /* of the first */
};

/* True when what a block of `size` bytes was filled with still holds below `limit`; else *wrong
 * says where it does not. */
bool ac_pattern_holds(const uint8_t *start, size_t size, size_t limit, uint64_t seed, bool whole,
                      struct ac_wrong *wrong);

/* The byte that a block of `size` bytes was filled with at an offset. False: none was written
 * there. */
bool ac_pattern_expects(size_t size, uint64_t seed, bool whole, size_t offset, uint8_t *byte);

/* True when the byte at an offset is as it was written, or was not written. */
bool ac_pattern_keeps(const uint8_t *start, size_t size, uint64_t seed, bool whole, size_t offset);

/* True when bytes are those of a pattern from an offset on. */
bool ac_pattern_is(const uint8_t *bytes, size_t count, uint64_t seed, size_t offset);

/* Finds bytes in the first `size` of a pattern. False: they are not there. */
bool ac_pattern_find(const uint8_t *bytes, size_t count, uint64_t seed, size_t size,
                     size_t *offset);

/* True when [0, size), or its sample, is zero. */
bool ac_pattern_zero(const uint8_t *start, size_t size, bool whole, struct ac_wrong *wrong);

#endif
