// SPDX-License-Identifier: MIT
// A leak grows at a steady pace; what is filled or peaks late does not.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "run/pace.h"

enum { PAGE = 4096, PAGES = 16384, LENGTH = 5500, SLACK = 300000 };

/* Memory that grows as a function of the rounds so far. */
struct memory {
    uint64_t rounds;
    uint64_t leaked;          /* bytes a round */
    uint64_t lost;            /* bytes in one of a hundred rounds */
    unsigned touched_a_round; /* pages of a zone of PAGES, chosen at random */
    uint64_t most;            /* rounds that a window runs at most */
    unsigned char touched[PAGES];
    uint64_t pages;
    unsigned random;
};

static void touch(struct memory *memory) {
    for (unsigned i = 0; i < memory->touched_a_round; i++) {
        memory->random = memory->random * 1103515245u + 12345u;
        unsigned char *page = &memory->touched[memory->random / 65536 % 32768 % PAGES];
        memory->pages += *page == 0;
        *page = 1;
    }
}

static bool run(void *ctx, uint64_t *rounds, uint64_t *bytes) {
    struct memory *memory = ctx;
    if (memory->most != 0 && *rounds > memory->most)
        *rounds = memory->most;
    for (uint64_t i = 0; i < *rounds; i++) {
        memory->rounds++;
        touch(memory);
    }
    *bytes = (memory->rounds * memory->leaked + memory->rounds / 100 * memory->lost) / PAGE * PAGE +
             memory->pages * PAGE;
    return true;
}

static bool steady_within(struct memory of, uint64_t left, unsigned percent) {
    struct memory *memory = malloc(sizeof *memory);
    assert_non_null(memory);
    *memory = of;
    struct ac_pace pace = {.run = run,
                           .ctx = memory,
                           .length = LENGTH,
                           .left = left,
                           .slack = SLACK,
                           .percent = percent};
    const bool steady = ac_pace_is_steady(&pace, 0);
    assert_true(memory->rounds <= left);
    free(memory);
    return steady;
}

static bool steady(struct memory of) {
    return steady_within(of, AC_PACE_ALL * LENGTH, 90);
}

static void a_leak_is_steady(void **state) {
    (void)state;
    assert_true(steady((struct memory){.leaked = 16}));
    assert_true(steady((struct memory){.leaked = 100000}));
    assert_true(steady((struct memory){.lost = 10000}));
    assert_true(steady((struct memory){.leaked = 5000, .most = 7000}));
}

static void what_rests_or_hardly_rises_is_not(void **state) {
    (void)state;
    assert_false(steady((struct memory){.leaked = 0}));
    assert_false(steady((struct memory){.leaked = 1}));
}

/* From programs that leave most of the zone untouched to those that soon have touched it all. */
static void pages_touched_at_random_are_not(void **state) {
    (void)state;
    const unsigned most = 12;
    for (unsigned touched = 1; touched <= most; touched++)
        assert_false(steady((struct memory){.touched_a_round = touched, .random = touched}));
}

/* Longer windows tell a leak from what was touched. */
static void a_leak_shows_once_the_rest_has_settled(void **state) {
    (void)state;
    const struct memory both = {.touched_a_round = 1, .leaked = 16, .random = 1};
    const struct memory touched = {.touched_a_round = 1, .random = 1};
    const uint64_t enough = (uint64_t)(1 + 4 + 16) * AC_PACE_ALL * LENGTH;
    assert_false(steady(both));
    assert_true(steady_within(both, enough, 90));
    assert_false(steady_within(touched, enough, 90));
}

static void half_the_pace_may_do(void **state) {
    (void)state;
    const struct memory touched = {.touched_a_round = 1, .random = 1, .most = 1000};
    assert_true(steady_within(touched, AC_PACE_ALL * LENGTH, 50));
    assert_false(steady_within(touched, AC_PACE_ALL * LENGTH, 99));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leak_is_steady),
        cmocka_unit_test(what_rests_or_hardly_rises_is_not),
        cmocka_unit_test(pages_touched_at_random_are_not),
        cmocka_unit_test(a_leak_shows_once_the_rest_has_settled),
        cmocka_unit_test(half_the_pace_may_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
