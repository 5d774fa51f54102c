// SPDX-License-Identifier: MIT
// The map of behaviours: differences that must show in it, and differences that must not.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/behaviour.h"
#include "allocheck/codec.h"
#include "allocheck/generate.h"
#include "allocheck/run.h"
#include "planted/planted.h"

static uint8_t map[AC_BEHAVIOUR_CELLS], other[AC_BEHAVIOUR_CELLS], seen[AC_BEHAVIOUR_CELLS];
static struct ac_program program;
static struct ac_report report;

static const struct ac_allocator *clean_build(const char *name) {
    size_t count;
    const struct ac_allocator *const *clean_builds = ac_clean_builds(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(clean_builds[i]->name, name) == 0)
            return clean_builds[i];
    fail_msg("no clean build is called %s", name);
    return NULL;
}

static void parse(const char *ops) {
    static char text[1024];
    struct ac_text_error error;
    strcpy(text, "ops 1\n");
    strcat(text, ops);
    if (!ac_parse(&program, text, strlen(text), &error, NULL))
        fail_msg("line %zu: expected %s", error.line, error.expected);
}

static struct ac_runner *new_runner(const struct ac_allocator *allocator, uint8_t *behaviour) {
    const struct ac_run_options options = {
        .oracles = AC_ALL_ORACLES, .behaviour = behaviour, .free_at_end = true};
    struct ac_runner *runner = ac_runner_new(allocator, &options);
    assert_non_null(runner);
    return runner;
}

/* Runs the program in a new runner, so at other addresses. */
static void run_on(const struct ac_allocator *allocator, uint8_t *behaviour) {
    struct ac_runner *runner = new_runner(allocator, behaviour);
    ac_run(runner, &program, &report);
    assert_false(report.found);
    ac_runner_delete(runner);
}

static void see(const char *ops, uint8_t *behaviour) {
    parse(ops);
    memset(behaviour, 0, AC_BEHAVIOUR_CELLS);
    run_on(clean_build("slab"), behaviour);
}

static void assert_differ(const char *left, const char *right) {
    see(left, map);
    see(right, other);
    if (memcmp(map, other, sizeof map) == 0)
        fail_msg("these look the same:\n%s\n%s", left, right);
}

static void what_can_be_seen_differs(void **state) {
    (void)state;
    assert_differ("p0 = malloc 24\n", "p0 = calloc 1 24\n");
    assert_differ("p0 = malloc 24\n", "p0 = malloc 240\n");
    assert_differ("p0 = malloc 24\n", "p0 = malloc max\n");
    assert_differ("p0 = malloc 24\n", "refuse 1\np0 = malloc 24\n");
    assert_differ("p0 = malloc 24\n", "p0 = malloc 24\nmalloc_usable_size p0\n");
    assert_differ("p0 = malloc 24\np0 = realloc p0 25\n", "p0 = malloc 24\np0 = realloc p0 2500\n");
    assert_differ("repeat 3: p0 = malloc 24\n", "repeat 30: p0 = malloc 24\n");
    assert_differ("p0 = posix_memalign 3 8\n", "p0 = posix_memalign 16 max\n");
}

/* The same calls in the same order: only the addresses show which block was freed. */
static void places_alone_differ(void **state) {
    (void)state;
    assert_differ("p0 = malloc 24\np1 = malloc 24\np2 = malloc 24\nfree p0\np3 = malloc 40\n",
                  "p0 = malloc 24\np1 = malloc 24\np2 = malloc 24\nfree p2\np3 = malloc 40\n");
}

static void order_alone_differs(void **state) {
    (void)state;
    assert_differ("p0 = malloc 24\np1 = malloc max\np2 = malloc 24\n",
                  "p0 = malloc 24\np2 = malloc 24\np1 = malloc max\n");
}

static void generate(uint64_t seed) {
    const struct ac_generate_options options = {
        .sources = AC_SOURCE_MMAP | AC_SOURCE_BRK, .groups = 0x3F, .max_ops = 64};
    assert_true(ac_generate(&program, seed, &options));
}

/* The map depends neither on the heap's place nor on earlier programs. */
static void nothing_else_differs(void **state) {
    (void)state;
    const char *const names[] = {"slab", "boundary", "tlsf"};
    for (uint64_t seed = 0; seed < 150; seed++) {
        generate(seed);
        memset(map, 0, sizeof map);
        memset(other, 0, sizeof other);
        run_on(clean_build(names[seed % 3]), map);
        struct ac_report first = report;
        run_on(clean_build(names[seed % 3]), other);
        assert_memory_equal(map, other, sizeof map);
        run_on(clean_build(names[seed % 3]), NULL);
        assert_memory_equal(&report, &first, sizeof report);
    }
}

static void distinct_ones_are_counted_once(void **state) {
    (void)state;
    memset(seen, 0, sizeof seen);
    memset(map, 0, sizeof map);
    assert_int_equal(ac_behaviour_mark(seen, map), 0);
    map[0] = map[9] = 7;
    map[AC_BEHAVIOUR_CELLS - 1] = 255;
    assert_int_equal(ac_behaviour_mark(seen, map), 3);
    map[9] = 1;
    map[10] = 128;
    assert_int_equal(ac_behaviour_mark(seen, map), 1);
    assert_int_equal(ac_behaviour_count(seen), 4);
}

/* A campaign fills much of the map, but does not crowd it. */
static void generated_programs_behave_in_many_ways(void **state) {
    (void)state;
    memset(seen, 0, sizeof seen);
    size_t early = 0;
    struct ac_runner *runner = new_runner(clean_build("boundary"), map);
    for (uint64_t seed = 0; seed < 800; seed++) {
        generate(seed);
        memset(map, 0, sizeof map);
        ac_run(runner, &program, &report);
        size_t fresh = ac_behaviour_mark(seen, map);
        early += seed < 20 ? fresh : 0;
    }
    ac_runner_delete(runner);
    size_t distinct = ac_behaviour_count(seen);
    assert_in_range(distinct, AC_BEHAVIOUR_CELLS / 32, AC_BEHAVIOUR_CELLS * 3 / 4);
    assert_in_range(early, 1, distinct * 3 / 4);
}

static int teardown(void **state) {
    (void)state;
    ac_program_destroy(&program);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_be_seen_differs),
        cmocka_unit_test(places_alone_differ),
        cmocka_unit_test(order_alone_differs),
        cmocka_unit_test(nothing_else_differs),
        cmocka_unit_test(distinct_ones_are_counted_once),
        cmocka_unit_test(generated_programs_behave_in_many_ways),
    };
    ac_program_init(&program);
    return cmocka_run_group_tests(tests, NULL, teardown);
}
