// SPDX-License-Identifier: MIT
// One page source for many programs: each starts fresh, and memory and time stay bounded.
#define _GNU_SOURCE /* clock_gettime */
#include "source_fixture.h"

#include <stdio.h>
#include <time.h>

/* Programs of different sizes leave content behind, which the next one must not see. */
static void programs_start_fresh(void **state) {
    (void)state;
    struct ac_random random = {7};
    for (int program = 0; program < 300; program++) {
        bool dirty = program % 3 == 0, brk = program % 2 == 0;
        open_as(brk ? AC_SOURCE_BRK : AC_SOURCE_MMAP, dirty ? AC_QUIRK_DIRTY : 0);
        assert_int_equal(ac_source_held(source), 0);
        for (int i = 0; i < 6; i++) {
            size_t size = (1 + ac_random_below(&random, i == 5 ? 600 : 40)) * page();
            char *memory = brk ? move_break((ptrdiff_t)size) : map(size);
            assert_non_null(memory);
            assert_true((memory[0] != 0) == dirty);
            size_t filled = dirty && size > 32 * page() ? 32 * page() : size;
            assert_true(all_equal(memory, filled, memory[0]));
            assert_true(all_equal(memory + size - filled, filled, memory[0]));
            memset(memory, 0x77, size);
        }
    }
}

static size_t resident_pages(void) {
    unsigned long all = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lu %lu", &all, &resident), 2);
    fclose(file);
    return resident;
}

/* After programs with 32,000 pages in sequence and 16,000 at once. */
static void memory_stays_bounded(void **state) {
    (void)state;
    size_t before = resident_pages();
    open_as(AC_SOURCE_MMAP, AC_QUIRK_LOWER);
    for (int i = 0; i < 2000; i++) {
        char *memory = map(16 * page());
        memset(memory, 1, 16 * page());
        assert_true(unmap(memory, 16 * page()));
    }
    assert_true(resident_pages() < before + 10000);
    open_as(AC_SOURCE_MMAP, 0);
    memset(map(16000 * page()), 1, 16000 * page());
    open_as(AC_SOURCE_BRK, 0);
    memset(move_break((ptrdiff_t)(16000 * page())), 1, 16000 * page());
    open_as(AC_SOURCE_BUFFER, 0);
    memset(pages.buffer, 1, pages.limit);
    open_as(AC_SOURCE_MMAP, 0);
    assert_true(resident_pages() < before + 12000);
}

enum { ROUNDS = 2000 };

/* Nanoseconds for each of many programs that map `count` times up to `most` pages, touch a byte of
 * each and unmap the first. */
static double cost(unsigned quirks, size_t count, size_t most) {
    struct timespec begin, end;
    struct ac_random random = {1};
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        assert_true(try_open(AC_SOURCE_MMAP, quirks, 64u << 20, round));
        char *first = map(most * page());
        first[5000] = 1;
        for (size_t i = 1; i < count; i++)
            map((1 + ac_random_below(&random, most)) * page())[0] = 1;
        unmap(first, most * page());
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double nanoseconds =
        1e9 * (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec);
    return nanoseconds / ROUNDS;
}

/* Printed, not checked: times depend on the machine. */
static void a_fresh_heap_is_cheap(void **state) {
    (void)state;
    print_message("open, map 16 pages, unmap: %.0f ns\n", cost(0, 1, 16));
    print_message("4 mappings up to 40 pages: %.0f ns\n", cost(0, 4, 40));
    print_message("the same, lower: %.0f ns\n", cost(AC_QUIRK_LOWER, 4, 40));
    print_message("the same, gaps: %.0f ns\n", cost(AC_QUIRK_GAPS, 4, 40));
    print_message("the same, dirty: %.0f ns\n", cost(AC_QUIRK_DIRTY, 4, 40));
    print_message("4 mappings up to 500 pages: %.0f ns\n", cost(0, 4, 500));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_start_fresh),
        cmocka_unit_test(memory_stays_bounded),
        cmocka_unit_test(a_fresh_heap_is_cheap),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
