// SPDX-License-Identifier: MIT
// One page source for many programs: each starts fresh, and memory and time stay bounded.
#define _GNU_SOURCE /* clock_gettime */
#include "source_fixture.h"

#include <stdio.h>

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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_start_fresh),
        cmocka_unit_test(memory_stays_bounded),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
