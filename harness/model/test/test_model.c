// SPDX-License-Identifier: MIT
// The pattern of blocks, and the model of live blocks.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/random.h"
#include "model/blocks.h"
#include "model/pattern.h"

enum { CAPACITY = 3 << 20 };

static void no_byte_of_a_pattern_is_zero(void **state) {
    (void)state;
    uint8_t bytes[1000];
    ac_pattern_fill(bytes, 0, sizeof bytes, ac_pattern_seed(7), true);
    assert_null(memchr(bytes, 0, sizeof bytes));
}

static void every_wrong_byte_is_found(void **state) {
    (void)state;
    uint8_t bytes[301];
    const uint64_t seed = ac_pattern_seed(3);
    struct ac_wrong wrong;
    for (size_t size = 1; size < sizeof bytes; size += 13) {
        for (size_t bad = 0; bad < size; bad++) {
            ac_pattern_fill(bytes + 1, 0, size, seed, true);
            assert_true(ac_pattern_holds(bytes + 1, size, size, seed, true, &wrong));
            bytes[1 + bad] ^= 0x10;
            assert_false(ac_pattern_holds(bytes + 1, size, size, seed, true, &wrong));
            assert_int_equal(wrong.first, bad);
            assert_int_equal(wrong.last, bad);
            assert_true(ac_pattern_holds(bytes + 1, size, bad, seed, true, &wrong));
        }
    }
}

static void first_and_last_wrong_byte_are_reported(void **state) {
    (void)state;
    uint8_t bytes[256];
    struct ac_wrong wrong;
    memset(bytes, 0, sizeof bytes);
    assert_true(ac_pattern_zero(bytes, sizeof bytes, true, &wrong));
    bytes[17] = 4;
    bytes[201] = 5;
    assert_false(ac_pattern_zero(bytes, sizeof bytes, true, &wrong));
    assert_int_equal(wrong.first, 17);
    assert_int_equal(wrong.last, 201);
    assert_int_equal(wrong.actual, 4);
}

static void two_blocks_differ_everywhere_they_are_aligned(void **state) {
    (void)state;
    uint8_t left[64], right[64];
    for (uint32_t id = 0; id < 200; id++) {
        ac_pattern_fill(left, 0, sizeof left, ac_pattern_seed(id), true);
        ac_pattern_fill(right, 0, sizeof right, ac_pattern_seed(id + 1), true);
        for (size_t i = 0; i < sizeof left; i += 8)
            assert_memory_not_equal(left + i, right + i, 8);
    }
}

static void a_sample_covers_edges_and_pages(void **state) {
    (void)state;
    uint8_t *bytes = malloc(CAPACITY);
    assert_non_null(bytes);
    const uint64_t seed = ac_pattern_seed(9);
    const size_t bad[] = {0, AC_EDGE - 1, AC_EDGE + AC_STRIDE, CAPACITY - AC_EDGE, CAPACITY - 1};
    struct ac_wrong wrong;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ac_pattern_fill(bytes, 0, CAPACITY, seed, false);
        assert_true(ac_pattern_holds(bytes, CAPACITY, CAPACITY, seed, false, &wrong));
        bytes[bad[i]] ^= 1;
        assert_false(ac_pattern_holds(bytes, CAPACITY, CAPACITY, seed, false, &wrong));
        assert_int_equal(wrong.first, bad[i]);
    }
    free(bytes);
}

/* Compares the model with the simplest one: an array with the owner of each byte. */
enum { SPACE = 4096, NO_BLOCK = 0 };

static bool plain_overlaps(const uint32_t *owner, size_t start, size_t size) {
    for (size_t i = start; i < start + size; i++)
        if (owner[i] != NO_BLOCK)
            return true;
    return false;
}

static void paint(uint32_t *owner, size_t start, size_t size, uint32_t with) {
    for (size_t i = start; i < start + size; i++)
        owner[i] = with;
}

static void overlaps_agree_with_a_map_of_bytes(void **state) {
    (void)state;
    static uint32_t owner[SPACE];
    static uint8_t space[SPACE];
    struct ac_blocks blocks;
    struct ac_random random = {42};
    size_t overlapping = 0;
    assert_true(ac_blocks_init(&blocks));
    for (int i = 0; i < 100000; i++) {
        size_t size = 1 + ac_random_below(&random, 60);
        size_t start = ac_random_below(&random, SPACE - size);
        bool overlaps = plain_overlaps(owner, start, size);
        assert_int_equal(ac_blocks_overlapping(&blocks, space + start, size, NULL) != NULL,
                         overlaps);
        overlapping += overlaps;
        if (!overlaps) {
            struct ac_block *block = ac_blocks_add(&blocks, space + start, size, 0);
            ac_blocks_name(&blocks, block, (uint32_t)ac_random_below(&random, 64));
            paint(owner, start, size, 1);
        } else if (ac_random_below(&random, 3) == 0) {
            struct ac_block *oldest = ac_blocks_oldest(&blocks);
            paint(owner, (size_t)(oldest->start - space), oldest->size, NO_BLOCK);
            ac_blocks_remove(&blocks, oldest);
        }
    }
    assert_true(overlapping > 10000 && overlapping < 100000);
    ac_blocks_destroy(&blocks);
}

static void an_excluded_block_hides_no_other(void **state) {
    (void)state;
    static uint8_t space[256];
    struct ac_blocks blocks;
    assert_true(ac_blocks_init(&blocks));
    struct ac_block *first = ac_blocks_add(&blocks, space, 32, 0);
    struct ac_block *second = ac_blocks_add(&blocks, space + 32, 32, 0);
    assert_ptr_equal(ac_blocks_overlapping(&blocks, space + 16, 32, second), first);
    assert_ptr_equal(ac_blocks_overlapping(&blocks, space + 16, 32, first), second);
    assert_null(ac_blocks_overlapping(&blocks, space + 32, 32, second));
    ac_blocks_move(&blocks, first, space + 100, 10);
    assert_null(ac_blocks_overlapping(&blocks, space, 32, NULL));
    assert_ptr_equal(ac_blocks_overlapping(&blocks, space + 109, 1, NULL), first);
    assert_int_equal(blocks.live_bytes, 42);
    ac_blocks_destroy(&blocks);
}

static void a_slot_holds_its_last_block(void **state) {
    (void)state;
    static uint8_t space[64];
    struct ac_blocks blocks;
    assert_true(ac_blocks_init(&blocks));
    struct ac_block *first = ac_blocks_add(&blocks, space, 8, 0);
    struct ac_block *second = ac_blocks_add(&blocks, space + 8, 8, 0);
    ac_blocks_name(&blocks, first, 5);
    ac_blocks_name(&blocks, second, 5);
    assert_int_equal(first->slot, -1);
    assert_ptr_equal(ac_blocks_slot(&blocks, 5)->block, second);
    assert_int_equal(blocks.live, 2);
    ac_blocks_remove(&blocks, second);
    assert_null(ac_blocks_slot(&blocks, 5)->block);
    ac_blocks_reset(&blocks);
    assert_int_equal(blocks.live, 0);
    assert_null(ac_blocks_oldest(&blocks));
    ac_blocks_destroy(&blocks);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_byte_of_a_pattern_is_zero),
        cmocka_unit_test(every_wrong_byte_is_found),
        cmocka_unit_test(first_and_last_wrong_byte_are_reported),
        cmocka_unit_test(two_blocks_differ_everywhere_they_are_aligned),
        cmocka_unit_test(a_sample_covers_edges_and_pages),
        cmocka_unit_test(overlaps_agree_with_a_map_of_bytes),
        cmocka_unit_test(an_excluded_block_hides_no_other),
        cmocka_unit_test(a_slot_holds_its_last_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
