// SPDX-License-Identifier: MIT
// The content of live blocks: a byte pattern derived from the block's id. It identifies its owner,
// and has no zero bytes, so that recycled memory is never zero by accident.
#ifndef ALLOCHECK_PATTERN_H
#define ALLOCHECK_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    AC_WHOLE_BLOCK = 1 << 20, /* bytes: larger blocks may be covered by a sample only */
    AC_EDGE = 4096,           /* a sample covers this many bytes at both ends */
    AC_STRIDE = 4096,         /* and one word per stride in between */
    AC_STRIDES = 2000,        /* up to this many */
};

/* The pattern seed for a block id. */
uint64_t ac_pattern_seed(uint32_t id);

/* Fills a block of `to` bytes from offset `from` on. If not `whole`, rewrites the sample instead,
 * which depends on `to`. */
void ac_pattern_fill(uint8_t *start, size_t from, size_t to, uint64_t seed, bool whole);

struct ac_wrong {
    size_t first, last;       /* offsets of the first and last wrong byte */
    uint8_t expected, actual; /* value of the first */
};

/* Checks the content of a block of `size` bytes below offset `limit`. False: *wrong is set. */
bool ac_pattern_holds(const uint8_t *start, size_t size, size_t limit, uint64_t seed, bool whole,
                      struct ac_wrong *wrong);

/* The byte at an offset of the pattern of a block of `size` bytes. False: not covered. */
bool ac_pattern_expects(size_t size, uint64_t seed, bool whole, size_t offset, uint8_t *byte);

/* True if the byte at an offset is correct or not covered. */
bool ac_pattern_keeps(const uint8_t *start, size_t size, uint64_t seed, bool whole, size_t offset);

/* True if the bytes equal a pattern at an offset. */
bool ac_pattern_is(const uint8_t *bytes, size_t count, uint64_t seed, size_t offset);

/* Finds the offset of bytes in the first `size` bytes of a pattern. False: not found. */
bool ac_pattern_find(const uint8_t *bytes, size_t count, uint64_t seed, size_t size,
                     size_t *offset);

/* True if [0, size), or its sample, is zero. False: *wrong is set. */
bool ac_pattern_zero(const uint8_t *start, size_t size, bool whole, struct ac_wrong *wrong);

#endif
