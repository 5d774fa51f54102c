// SPDX-License-Identifier: MIT
// Every call of a probe is watched, so that one that never returns is ended.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "probe/probe.h"

static struct ac_progress progress;
static unsigned watched, unwatched; /* calls */

static void count(void) {
    watched += progress.in_call == 1;
    unwatched += progress.in_call != 1;
}

static void *counted_malloc(void *heap, size_t size) {
    (void)heap;
    count();
    return malloc(size);
}

static void counted_free(void *heap, void *block) {
    (void)heap;
    count();
    free(block);
}

static size_t counted_usable_size(void *heap, void *block) {
    (void)heap, (void)block;
    count();
    return 1000;
}

static const struct ac_allocator counted = {.struct_size = sizeof counted,
                                            .name = "counted",
                                            .malloc = counted_malloc,
                                            .free = counted_free,
                                            .usable_size = counted_usable_size};

static void assert_watched(void (*probe)(struct ac_probe_env *, unsigned)) {
    static struct ac_probe_state state;
    static struct ac_measurement measured;
    struct ac_probe_env env = {
        .allocator = &counted, .state = &state, .measured = &measured, .progress = &progress};
    watched = unwatched = 0;
    probe(&env, 0);
    assert_true(watched > 0);
    assert_int_equal(unwatched, 0);
    assert_int_equal(progress.in_call, 0);
}

static void every_call_of_a_probe_is_watched(void **state) {
    (void)state;
    assert_watched(ac_probe_slack);
    assert_watched(ac_probe_boundaries);
    assert_watched(ac_probe_min_alignment);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_call_of_a_probe_is_watched)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
