// SPDX-License-Identifier: MIT
#include "results.h"

#include "allocheck/codec.h"

/* Ops in the first `size` bytes; SIZE_MAX: out of memory. */
static size_t ops_in(struct ac_program *program, const uint8_t *bytes, size_t size) {
    return ac_decode(program, bytes, size) ? program->count : SIZE_MAX;
}

/* The fewest bytes, up to `size`, that hold more than `count` ops. An op counts from its first byte
 * on, so more bytes never mean fewer ops. */
static size_t bytes_for(struct ac_program *program, const uint8_t *bytes, size_t size,
                        size_t count) {
    size_t low = 0, high = size;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ops_in(program, bytes, middle) > count)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

bool locate_op_bytes(const uint8_t *bytes, size_t size, size_t op, size_t *offset, size_t *length) {
    struct ac_program program;
    ac_program_init(&program);
    const size_t count = ops_in(&program, bytes, size);
    const bool there = count != SIZE_MAX && op < count;
    if (there) {
        size_t end = op + 1 < count ? bytes_for(&program, bytes, size, op + 1) - 1 : size;
        *offset = bytes_for(&program, bytes, size, op) - 1;
        *length = end - *offset;
    }
    ac_program_destroy(&program);
    return there;
}
