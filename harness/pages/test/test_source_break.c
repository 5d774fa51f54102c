// SPDX-License-Identifier: MIT
// The page source's break, the foreign break, and the buffer.
#define _DEFAULT_SOURCE /* fork */
#include "source_fixture.h"

static void the_break_grows_shrinks_and_stays_zero(void **state) {
    (void)state;
    open_as(AC_SOURCE_BRK, 0);
    char *start = move_break(0);
    assert_int_equal((uintptr_t)start % page(), 0);
    assert_true(move_break(1000) == start);
    assert_true(move_break(9000) == start + 1000);
    assert_int_equal(ac_source_held(source), 10000);
    assert_true(ac_source_holds(source, start, 10000));
    assert_false(ac_source_holds(source, start, 10001));
    assert_true(faults(start + 3 * page()));
    assert_false(faults(start + 9999));
    memset(start, 9, 10000);
    assert_true(move_break(-9500) == start + 10000);
    assert_true(faults(start + page()));
    assert_true(all_equal(start, 500, 9));
    assert_true(move_break(9500) == start + 500);
    assert_true(all_equal(start + 500, 9500, 0));
    assert_null(move_break(-10001));
    assert_wrong(AC_CALL_SBRK);
    open_as(AC_SOURCE_BRK, 0);
    assert_true(move_break(10000) == start);
    assert_true(move_break(-10000) == start + 10000);
    assert_int_equal(ac_source_held(source), 0);
    assert_null(ac_source_wrong(source));
    assert_null(move_break(-1));
    assert_wrong(AC_CALL_SBRK);
    assert_null(move_break(PTRDIFF_MIN));
}

/* Over many programs with random break moves, new memory is zero. */
static void the_break_is_zero_in_every_program(void **state) {
    (void)state;
    struct ac_random random = {5};
    size_t looked_at = 0;
    for (uint32_t program = 0; program < 200; program++) {
        open_as(AC_SOURCE_BRK, 0);
        size_t held = 0;
        for (int i = 0; i < 8; i++) {
            size_t bytes = page() * (1 + ac_random_below(&random, program % 4 == 0 ? 600 : 40));
            if (ac_random_below(&random, 3) == 0 && held >= bytes) {
                assert_non_null(move_break(-(ptrdiff_t)bytes));
                held -= bytes;
                continue;
            }
            char *start = move_break((ptrdiff_t)bytes);
            assert_non_null(start);
            assert_true(all_equal(start, bytes, 0));
            memset(start, 0x5A, bytes);
            held += bytes;
            looked_at++;
        }
    }
    assert_true(looked_at > 1000);
}

/* Partial pages at both ends and whole pages in between. */
static void large_growth_is_zero_to_the_last_byte(void **state) {
    (void)state;
    const ptrdiff_t size = 300 * (ptrdiff_t)page() + 1234;
    open_as(AC_SOURCE_BRK, 0);
    char *start = move_break(777);
    memset(move_break(size), 0x5A, (size_t)size);
    assert_true(move_break(-size) == start + 777 + size);
    assert_true(move_break(size) == start + 777);
    assert_true(all_equal(start + 777, (size_t)size, 0));
}

static void a_foreign_brk_moves_the_break(void **state) {
    (void)state;
    open_as(AC_SOURCE_BRK, AC_QUIRK_UNALIGNED);
    char *start = move_break(100);
    assert_int_equal((uintptr_t)start % 2, 1);
    assert_true(ac_source_foreign_brk(source, 33));
    assert_true(move_break(50) == start + 133);
    assert_int_equal(ac_source_held(source), 150);
    assert_true(ac_source_holds(source, start, 100));
    assert_false(ac_source_holds(source, start, 101));
    assert_false(ac_source_holds(source, start + 132, 2));
    assert_true(ac_source_holds(source, start + 133, 50));
    assert_non_null(move_break(-50));
    assert_null(ac_source_wrong(source));
    assert_null(move_break(-34));
    assert_wrong(AC_CALL_SBRK);
    assert_false(ac_source_foreign_brk(source, SIZE_MAX));
    open_as(AC_SOURCE_MMAP, 0);
    assert_false(ac_source_foreign_brk(source, 1));
}

static void the_quirk_foreign_brk_moves_the_break(void **state) {
    (void)state;
    open_as(AC_SOURCE_BRK, AC_QUIRK_FOREIGN_BRK);
    unsigned came = 0;
    char *expected = move_break(0);
    for (int i = 0; i < 100; i++) {
        char *memory = move_break(64);
        came += memory != expected;
        assert_true(memory == expected || (memory - expected) % 2 == 1);
        memset(memory, 1, 64);
        expected = memory + 64;
    }
    assert_true(came > 5 && came < 60);
    assert_int_equal(ac_source_held(source), 6400);
}

static void the_buffer_ends_at_a_guard(void **state) {
    (void)state;
    const uint64_t limits[] = {4096, 5000, 65536, 8u << 20};
    for (size_t i = 0; i < 4; i++) {
        assert_true(try_open(AC_SOURCE_BUFFER, 0, limits[i], 1));
        char *buffer = pages.buffer;
        assert_true(ac_source_holds(source, buffer, limits[i]));
        assert_int_equal(ac_source_held(source), limits[i]);
        assert_true(faults(buffer + limits[i]));
        assert_true(faults(buffer - page()));
        memset(buffer, 1, limits[i]);
        assert_true(try_open(AC_SOURCE_BUFFER, AC_QUIRK_UNALIGNED, limits[i], 1));
        buffer = pages.buffer;
        assert_int_equal((uintptr_t)buffer % 2, 1);
        assert_true(faults(buffer - page()) && faults(buffer + limits[i] + page()));
        assert_true(all_equal(buffer, limits[i], 0));
        memset(buffer, 1, limits[i]);
        assert_true(try_open(AC_SOURCE_BUFFER, AC_QUIRK_DIRTY, limits[i], 1));
        buffer = pages.buffer;
        assert_true(buffer[0] != 0 && buffer[limits[i] - 1] == buffer[0]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_break_grows_shrinks_and_stays_zero),
        cmocka_unit_test(the_break_is_zero_in_every_program),
        cmocka_unit_test(large_growth_is_zero_to_the_last_byte),
        cmocka_unit_test(a_foreign_brk_moves_the_break),
        cmocka_unit_test(the_quirk_foreign_brk_moves_the_break),
        cmocka_unit_test(the_buffer_ends_at_a_guard),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
