// SPDX-License-Identifier: MIT
// The pool alone, and under the harness: generated programs find nothing.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "generated.h"
#include "adapter/pool/pool.h"

enum { PROGRAMS = 4000, REPLAYED = 300, SIZE = 4096 };

static char memory[SIZE + 1];

static struct pool *pool_at(size_t offset, size_t size) {
    memset(memory, 0xA5, sizeof memory);
    struct pool *pool = pool_open(memory + offset, size);
    assert_non_null(pool);
    return pool;
}

/* The largest block that the pool grants. */
static size_t largest(struct pool *pool) {
    size_t size = SIZE;
    void *block = NULL;
    while (block == NULL && size > 0)
        block = pool_malloc(pool, --size);
    pool_free(pool, block);
    return size;
}

static void neighbours_are_joined_in_every_order(void **state) {
    static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                    {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    (void)state;
    struct pool *pool = pool_at(1, SIZE);
    size_t most = largest(pool);
    assert_in_range(most, SIZE * 9 / 10, SIZE);
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        void *blocks[] = {pool_malloc(pool, 100), pool_calloc(pool, 10, 20), pool_malloc(pool, 0)};
        assert_int_equal(pool_live_blocks(pool), 3);
        for (int j = 0; j < 3; j++) {
            pool_free(pool, blocks[orders[i][j]]);
            assert_null(pool_check(pool));
        }
        assert_int_equal(largest(pool), most);
    }
}

static void realloc_grows_in_place_and_moves(void **state) {
    (void)state;
    struct pool *pool = pool_at(0, SIZE);
    char *block = pool_malloc(pool, 40);
    memset(block, 7, 40);
    assert_ptr_equal(pool_realloc(pool, block, 400), block);
    void *after = pool_malloc(pool, 1);
    char *moved = pool_realloc(pool, block, 800);
    assert_ptr_not_equal(moved, block);
    assert_int_equal(moved[39], 7);
    assert_null(pool_realloc(pool, moved, SIZE));
    assert_int_equal(moved[39], 7);
    assert_ptr_equal(pool_realloc(pool, moved, 0), moved);
    pool_free(pool, after);
    pool_free(pool, moved);
    pool_free(pool, NULL);
    assert_null(pool_check(pool));
    assert_int_equal(pool_live_blocks(pool), 0);
}

static void alignments_are_kept_or_refused(void **state) {
    (void)state;
    struct pool *pool = pool_at(3, SIZE - 3);
    for (size_t alignment = 1; alignment <= 512; alignment *= 2) {
        char *block = pool_aligned_alloc(pool, alignment, 24);
        assert_int_equal((uintptr_t)block % alignment, 0);
        assert_true(pool_usable_size(block) >= 24);
        assert_null(pool_check(pool));
    }
    assert_null(pool_aligned_alloc(pool, 0, 8));
    assert_null(pool_aligned_alloc(pool, 24, 8));
    assert_null(pool_aligned_alloc(pool, SIZE_MAX / 2 + 1, 8));
}

static void what_is_too_much_is_null(void **state) {
    (void)state;
    struct pool *pool = pool_at(0, SIZE);
    assert_null(pool_malloc(pool, SIZE_MAX));
    assert_null(pool_malloc(pool, PTRDIFF_MAX));
    assert_null(pool_calloc(pool, SIZE_MAX / 8 + 2, 8));
    assert_null(pool_open(memory, 40));
    assert_null(pool_check(pool));
}

static void the_walk_sees_a_header_overwritten(void **state) {
    (void)state;
    struct pool *pool = pool_at(0, SIZE);
    char *block = pool_malloc(pool, 48);
    assert_null(pool_check(pool));
    memset(block + 48, 0, 8);
    assert_non_null(pool_check(pool));
}

static void generated_programs_find_nothing(void **state) {
    (void)state;
    struct ac_batch done;
    assert_true(pool_run_generated(PROGRAMS, false, &done));
    assert_false(done.sum.found);
    assert_int_equal(done.programs, PROGRAMS);
    assert_true(done.sum.checked[AC_ORACLE_INTEGRITY] > 0);
    assert_true(done.sum.checked[AC_ORACLE_STATISTICS] > 0);
    assert_true(pool_run_generated(REPLAYED, true, &done));
    assert_false(done.sum.found);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_are_joined_in_every_order),
        cmocka_unit_test(realloc_grows_in_place_and_moves),
        cmocka_unit_test(alignments_are_kept_or_refused),
        cmocka_unit_test(what_is_too_much_is_null),
        cmocka_unit_test(the_walk_sees_a_header_overwritten),
        cmocka_unit_test(generated_programs_find_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
