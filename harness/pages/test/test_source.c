// SPDX-License-Identifier: MIT
// The page source: kinds, refusals, limits, wrong calls, the log, determinism.
#define _DEFAULT_SOURCE /* fork */
#include "source_fixture.h"

static void each_kind_offers_its_functions(void **state) {
    (void)state;
    open_as(AC_SOURCE_MMAP, 0);
    assert_true(pages.map && pages.unmap && pages.resize && pages.remap && !pages.sbrk);
    open_as(AC_SOURCE_BRK, 0);
    assert_true(!pages.map && !pages.unmap && !pages.resize && !pages.remap && pages.sbrk);
    open_as(AC_SOURCE_BOTH, 0);
    assert_true(pages.map && pages.sbrk && pages.zeroed && !pages.buffer);
    open_as(AC_SOURCE_BUFFER, 0);
    assert_true(!pages.map && !pages.sbrk && pages.buffer && !pages.zeroed);
    open_as(AC_SOURCE_MMAP, AC_QUIRK_DIRTY);
    assert_false(pages.zeroed);
    assert_false(try_open((enum ac_source_kind)3, 0, 65536, 1));
    assert_false(try_open(AC_SOURCE_MMAP, 0, UINT64_C(1) << 60, 1));
}

static char *four_pages, *next_page; /* mapped */
static char *old_break;

static void reopen(void) {
    open_as(AC_SOURCE_BOTH, 0);
    four_pages = map(4 * page());
    next_page = map(page());
    old_break = move_break((ptrdiff_t)page());
    assert_null(ac_source_wrong(source));
}

static void assert_wrong_unmap(char *start, size_t size) {
    assert_false(unmap(start, size));
    assert_wrong(AC_CALL_UNMAP);
    reopen();
}

static void wrong_unmaps_are_recorded(void **state) {
    (void)state;
    static char foreign[1];
    reopen();
    assert_true(unmap(four_pages, 4 * page()));
    assert_wrong_unmap(four_pages, 4 * page());
    assert_wrong_unmap(foreign, page());
    assert_wrong_unmap(four_pages, 5 * page());
    assert_wrong_unmap(four_pages + 1, page());
    assert_wrong_unmap(four_pages, 100);
    assert_wrong_unmap(old_break, page());
    assert_wrong_unmap(four_pages, (size_t)(next_page + page() - four_pages));
    assert_wrong_unmap(four_pages, SIZE_MAX & ~(page() - 1));
    assert_true(unmap(four_pages + page(), page()));
    assert_wrong_unmap(four_pages, 4 * page());
}

static void wrong_requests_are_recorded(void **state) {
    (void)state;
    open_as(AC_SOURCE_MMAP, 0);
    four_pages = map(4 * page());
    assert_false(pages.resize(pages.ctx, four_pages, 3 * page(), 2 * page()));
    assert_wrong(AC_CALL_RESIZE);
    open_as(AC_SOURCE_MMAP, 0);
    assert_null(pages.remap(pages.ctx, four_pages, 4 * page(), 8 * page()));
    assert_wrong(AC_CALL_REMAP);
    open_as(AC_SOURCE_MMAP, 0);
    assert_null(map(page() + 1));
    assert_wrong(AC_CALL_MAP);
    assert_int_equal(ac_source_requests(source), 0);
}

static void refusals_follow_the_plan(void **state) {
    (void)state;
    open_as(AC_SOURCE_MMAP, 0);
    assert_false(may_refuse());
    ac_source_refuse(source, 2, false);
    assert_true(may_refuse());
    assert_non_null(map(page()));
    assert_null(map(page()));
    assert_non_null(map(page()));
    assert_false(may_refuse());
    ac_source_refuse(source, 1, true);
    assert_null(map(page()));
    assert_null(map(page()));
    ac_source_refuse(source, 0, false);
    char *memory = map(page());
    assert_non_null(memory);
    ac_source_refuse(source, 1, false);
    assert_true(unmap(memory, page())); /* not a page request */
    assert_null(map(page()));
    assert_int_equal(ac_source_requests(source), 7);
    assert_int_equal(ac_source_refused(source), 4);
    open_as(AC_SOURCE_BRK, 0);
    ac_source_refuse(source, 1, false);
    assert_non_null(move_break(0));
    assert_null(move_break(1));
    assert_non_null(move_break(1));
}

/* The sweep plan counts requests independently of the other plan. */
static void the_sweep_plan_is_independent(void **state) {
    (void)state;
    open_as(AC_SOURCE_MMAP, 0);
    ac_source_sweep(source, 3, false);
    ac_source_refuse(source, 1, false);
    assert_true(may_refuse());
    assert_null(map(page()));
    assert_non_null(map(page()));
    ac_source_refuse(source, 2, false);
    assert_null(map(page())); /* the third: sweep */
    assert_null(map(page())); /* the second of the plan */
    assert_non_null(map(page()));
    assert_false(may_refuse());
    ac_source_sweep(source, 2, true);
    assert_non_null(map(page()));
    assert_null(map(page()));
    assert_null(map(page()));
    assert_int_equal(ac_source_refused(source), 5);
    open_as(AC_SOURCE_MMAP, 0);
    assert_non_null(map(page()));
}

static void the_limit_is_exact(void **state) {
    (void)state;
    const uint64_t limit = 100 * 4096;
    assert_true(try_open(AC_SOURCE_BOTH, 0, limit, 1));
    assert_non_null(move_break(4096));
    assert_null(map(100 * page()));
    assert_null(move_break(PTRDIFF_MAX));
    assert_null(map(SIZE_MAX & ~(page() - 1)));
    char *memory = map(99 * page());
    assert_non_null(memory);
    assert_null(move_break(1));
    assert_null(pages.remap(pages.ctx, memory, 99 * page(), 100 * page()));
    assert_false(pages.resize(pages.ctx, memory, 99 * page(), 100 * page()));
    assert_int_equal(ac_source_held_peak(source), limit);
    assert_true(unmap(memory, page()));
    assert_non_null(map(page()));
    assert_int_equal(ac_source_held_peak(source), limit);
}

static void large_limits_are_served(void **state) {
    (void)state;
    const size_t size = (size_t)4 << 30;
    assert_true(try_open(AC_SOURCE_MMAP, 0, size, 1));
    char *memory = map(size);
    assert_non_null(memory);
    memory[0] = memory[size - 1] = 1;
    assert_true(unmap(memory, size));
    memory = map(size);
    assert_true(memory[0] == 0 && memory[size - 1] == 0);
    assert_true(try_open(AC_SOURCE_BRK, 0, size, 1));
    memory = move_break((ptrdiff_t)size);
    assert_non_null(memory);
    assert_true(faults(memory + size));
}

static void the_log_keeps_the_last_calls(void **state) {
    (void)state;
    static struct ac_source_entry entries[5000];
    uint64_t total = 0;
    open_as(AC_SOURCE_MMAP, 0);
    char *first = map(page());
    char *second = map(2 * page());
    assert_true(unmap(first, page()));
    assert_int_equal(ac_source_log(source, entries, 5000, &total), 3);
    assert_int_equal(total, 3);
    assert_int_equal(entries[0].call, AC_CALL_MAP);
    assert_int_equal(entries[1].size, 2 * page());
    assert_true(entries[1].result - entries[0].result == (uint64_t)(second - first));
    assert_true(entries[1].start == UINT64_MAX);
    assert_int_equal(entries[2].call, AC_CALL_UNMAP);
    assert_true(entries[2].start == entries[0].result && !entries[2].refused);
    for (size_t i = 0; i < 5000; i++)
        assert_false(unmap(NULL, (i + 1) * page()));
    assert_int_equal(ac_source_log(source, entries, 5000, &total), 4096);
    assert_int_equal(total, 5003);
    assert_int_equal(entries[4095].size, 5000 * page());
    assert_int_equal(entries[0].size, 905 * page());
    assert_int_equal(ac_source_log(source, entries, 1, &total), 1);
    assert_int_equal(entries[0].size, 5000 * page());
    assert_int_equal(ac_source_wrong(source)->size, page());
}

/* A hash over the log of random calls. */
static uint64_t walk(struct ac_source *on, unsigned quirks, uint32_t seed) {
    static struct ac_source_entry entries[4096];
    static char *held[40];
    struct ac_random random = {seed};
    struct ac_head head = ac_default_head();
    head.quirks = (uint8_t)quirks, head.seed = seed;
    assert_true(ac_source_open(on, &head, AC_SOURCE_BOTH, &pages));
    ac_source_refuse(on, 30, false);
    memset(held, 0, sizeof held);
    for (int i = 0; i < 160; i++) {
        size_t at = ac_random_below(&random, 40), size = page() << (at % 8);
        if (held[at] == NULL)
            held[at] = map(size);
        else if (unmap(held[at], size))
            held[at] = NULL;
        move_break((ptrdiff_t)ac_random_below(&random, 3000) - 500);
    }
    uint64_t total = 0, hash = 0;
    size_t count = ac_source_log(on, entries, 4096, &total);
    for (size_t i = 0; i < count; i++) {
        const struct ac_source_entry *entry = &entries[i];
        hash = hash * 31 + entry->call + entry->refused + entry->wrong * 2u;
        hash = (hash * 31 + entry->start) * 31 + entry->size;
        hash = hash * 31 + entry->result;
    }
    return hash + total;
}

static void the_same_head_gives_the_same_source(void **state) {
    (void)state;
    struct ac_source *other = ac_source_new();
    for (uint32_t seed = 0; seed < 1u << AC_QUIRKS; seed++) {
        uint64_t first = walk(source, seed, seed);
        assert_true(walk(other, seed, seed) == first);
        walk(source, seed, seed + 1000);
        assert_true(walk(source, seed, seed) == first);
    }
    ac_source_delete(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_offers_its_functions),
        cmocka_unit_test(wrong_unmaps_are_recorded),
        cmocka_unit_test(wrong_requests_are_recorded),
        cmocka_unit_test(refusals_follow_the_plan),
        cmocka_unit_test(the_sweep_plan_is_independent),
        cmocka_unit_test(the_limit_is_exact),
        cmocka_unit_test(large_limits_are_served),
        cmocka_unit_test(the_log_keeps_the_last_calls),
        cmocka_unit_test(the_same_head_gives_the_same_source),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
