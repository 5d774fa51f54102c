// SPDX-License-Identifier: MIT
// Mappings of the page source: guards, partial unmaps, growth, quirks.
#define _DEFAULT_SOURCE /* fork */
#include "source_fixture.h"

static void mappings_are_zero_guarded_and_held(void **state) {
    (void)state;
    const size_t sizes[] = {1, 3, 16, 64, 65, 255, 300, 2000};
    size_t odd_pages = 0; /* not aligned to more than a page */
    open_as(AC_SOURCE_MMAP, 0);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t size = sizes[i] * page();
        char *memory = map(size);
        assert_non_null(memory);
        odd_pages += (uintptr_t)memory / page() % 2;
        assert_int_equal((uintptr_t)memory % page(), 0);
        assert_true(all_equal(memory, size, 0));
        memset(memory, 0x55, size);
        assert_true(ac_source_holds(source, memory, size));
        assert_false(ac_source_holds(source, memory - 1, 2));
        assert_false(ac_source_holds(source, memory, size + 1));
        assert_true(faults(memory - 1));
        assert_true(faults(memory + size));
    }
    assert_int_equal(ac_source_requests(source), 8);
    assert_true(odd_pages > 0 && odd_pages < 8);
    assert_int_equal(ac_source_refused(source), 0);
    assert_null(ac_source_wrong(source));
}

static void parts_of_a_mapping_can_be_unmapped(void **state) {
    (void)state;
    open_as(AC_SOURCE_MMAP, 0);
    char *memory = map(10 * page());
    assert_true(unmap(memory, 2 * page()));
    assert_true(unmap(memory + 8 * page(), 2 * page()));
    assert_true(unmap(memory + 4 * page(), page()));
    assert_int_equal(ac_source_held(source), 5 * page());
    assert_true(faults(memory) && faults(memory + 2 * page() - 1));
    assert_true(faults(memory + 4 * page()) && faults(memory + 8 * page()));
    assert_false(faults(memory + 2 * page()) || faults(memory + 5 * page()));
    assert_false(ac_source_holds(source, memory + 3 * page(), 2 * page()));
    assert_null(ac_source_wrong(source));
    assert_true(unmap(memory + 2 * page(), 2 * page()));
    assert_true(unmap(memory + 5 * page(), 3 * page()));
    assert_int_equal(ac_source_held(source), 0);
    char *again = map(10 * page());
    assert_true(all_equal(again, 10 * page(), 0));
    assert_null(ac_source_wrong(source));
}

/* The number of programs that fault when they touch unmapped memory. */
static unsigned faulting(uint32_t programs) {
    unsigned faulted = 0;
    for (uint32_t seed = 0; seed < programs; seed++) {
        assert_true(try_open(AC_SOURCE_MMAP, 0, 64u << 20, seed));
        char *memory = map(4 * page());
        assert_true(unmap(memory, 4 * page()));
        faulted += faults(memory + page());
    }
    return faulted;
}

/* All with AddressSanitizer, else some: the others keep pages open for speed. */
static void unmapped_memory_faults(void **state) {
    (void)state;
#if AC_INSTRUMENTED
    assert_int_equal(faulting(8), 8);
#else
    unsigned faulted = faulting(256);
    assert_true(faulted > 0 && faulted < 32);
#endif
}

static void resize_and_remap_keep_content(void **state) {
    (void)state;
    unsigned grown = 0, refused = 0, moved = 0, stayed = 0;
    for (uint32_t seed = 0; seed < 24; seed++) {
        assert_true(try_open(AC_SOURCE_MMAP, 0, 64u << 20, seed));
        char *memory = map(3 * page());
        memset(memory, 0x11, 3 * page());
        size_t size = 3 * page();
        if (pages.resize(pages.ctx, memory, size, 4 * page())) {
            grown++, size = 4 * page();
            assert_true(all_equal(memory + 3 * page(), page(), 0));
        } else {
            refused++;
        }
        assert_true(faults(memory + size));
        char *to = pages.remap(pages.ctx, memory, size, 400 * page());
        assert_non_null(to);
        assert_true(all_equal(to, 3 * page(), 0x11));
        assert_true(all_equal(to + size, 400 * page() - size, 0));
        assert_true(ac_source_holds(source, to, 400 * page()));
        moved += to != memory, stayed += to == memory;
        assert_true(to == memory || !ac_source_holds(source, memory, 1));
        assert_true(pages.resize(pages.ctx, to, 400 * page(), page()));
        assert_true(faults(to + page()));
        assert_int_equal(ac_source_held(source), page());
        assert_true(pages.remap(pages.ctx, to, page(), page()) == to);
    }
    assert_true(grown > 0 && refused > 0 && moved > 0);
    assert_int_equal(moved + stayed, 24);
    assert_null(ac_source_wrong(source));
}

static void failed_growth_changes_nothing(void **state) {
    (void)state;
    open_as(AC_SOURCE_MMAP, AC_QUIRK_NO_RESIZE);
    char *memory = map(2 * page());
    memset(memory, 3, 2 * page());
    assert_true(may_refuse());
    assert_false(pages.resize(pages.ctx, memory, 2 * page(), 3 * page()));
    assert_false(pages.resize(pages.ctx, memory, 2 * page(), page()));
    assert_null(pages.remap(pages.ctx, memory, 2 * page(), 3 * page()));
    assert_true(all_equal(memory, 2 * page(), 3));
    assert_int_equal(ac_source_held(source), 2 * page());
    assert_int_equal(ac_source_refused(source), 2);
    assert_null(ac_source_wrong(source));
}

static void lower_and_gaps_place_mappings(void **state) {
    (void)state;
    open_as(AC_SOURCE_MMAP, AC_QUIRK_LOWER);
    char *before = map(page());
    for (size_t i = 1; i < 200; i++) {
        char *memory = map((i % 5 == 0 ? 400 : i) * page());
        assert_true(memory < before);
        if (i % 3 == 0)
            assert_true(unmap(before, page()));
        before = memory;
        assert_true(unmap(memory + page(), (i % 5 == 0 ? 399 : i - 1) * page()) || i == 1);
    }
    open_as(AC_SOURCE_MMAP, 0);
    char *first = map(page());
    size_t near = (size_t)(map(page()) - first);
    open_as(AC_SOURCE_MMAP, AC_QUIRK_GAPS);
    first = map(page());
    size_t far = (size_t)(map(page()) - first);
    assert_true(far > near);
}

static void no_unmap_refuses_some_unmaps(void **state) {
    (void)state;
    unsigned refused = 0;
    open_as(AC_SOURCE_MMAP, AC_QUIRK_NO_UNMAP);
    for (int i = 0; i < 100; i++) {
        char *memory = map(page());
        if (!unmap(memory, page())) {
            refused++;
            assert_true(ac_source_holds(source, memory, page()));
        }
    }
    assert_true(refused > 5 && refused < 60);
    assert_int_equal(ac_source_held(source), refused * page());
    assert_int_equal(ac_source_refused(source), 0);
    assert_null(ac_source_wrong(source));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mappings_are_zero_guarded_and_held),
        cmocka_unit_test(parts_of_a_mapping_can_be_unmapped),
        cmocka_unit_test(unmapped_memory_faults),
        cmocka_unit_test(resize_and_remap_keep_content),
        cmocka_unit_test(failed_growth_changes_nothing),
        cmocka_unit_test(lower_and_gaps_place_mappings),
        cmocka_unit_test(no_unmap_refuses_some_unmaps),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
