// SPDX-License-Identifier: MIT
// The classic growth of a process heap, checked in the page source's log; then on the real
// break.
#define _DEFAULT_SOURCE /* sbrk */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "pages.h"

static struct pages pages;

static struct slate_heap *open_heap(void) {
    struct slate_source source = pages_source(&pages, PAGES_GROW, 4096);
    struct slate_heap *heap =
        slate_open(&(struct slate_options){.source = &source, .region_size = 131072});
    assert_non_null(heap);
    return heap;
}

static void the_break_moves_once(void **state) {
    (void)state;
    struct slate_heap *heap = open_heap();
    void *block = slate_heap_malloc(heap, 100);
    size_t broke = pages.broke;
    assert_int_equal(pages.calls, 1);
    slate_heap_free(heap, block);
    assert_int_equal(pages.broke, broke);
    for (size_t size = 0; size < 90000; size += 777) {
        block = slate_heap_malloc(heap, size);
        assert_non_null(block);
        slate_heap_free(heap, block);
    }
    assert_int_equal(pages.calls, 1);
    assert_int_equal(pages.broke, broke);
    slate_close(heap);
    assert_int_equal(pages.broke, 0);
}

static void more_moves_it_again_and_trim_moves_it_back(void **state) {
    (void)state;
    struct slate_heap *heap = open_heap();
    size_t broke = pages.broke;
    void *large = slate_heap_malloc(heap, 500000), *larger = slate_heap_malloc(heap, 700000);
    assert_int_equal(pages.calls, 3);
    slate_heap_free(heap, large);
    slate_heap_free(heap, larger);
    assert_true(pages.broke > broke);
    size_t held = pages.held;
    assert_int_equal(slate_heap_trim(heap), held - broke);
    assert_int_equal(pages.held, broke);
    assert_int_equal(pages.broke, broke);
    assert_null(slate_heap_check(heap));
    slate_close(heap);
    assert_int_equal(pages.held, 0);
}

static void a_foreign_brk_is_survived(void **state) {
    (void)state;
    struct slate_heap *heap = open_heap();
    char *blocks[40];
    for (size_t i = 0; i < 40; i++) {
        pages_foreign_brk(&pages, 1 + i * 100);
        blocks[i] = slate_heap_malloc(heap, 60000);
        assert_non_null(blocks[i]);
        memset(blocks[i], (int)i, 60000);
    }
    assert_null(slate_heap_check(heap));
    for (size_t i = 0; i < 40; i++) {
        for (size_t at = 0; at < 60000; at += 100)
            assert_int_equal(blocks[i][at], i);
        slate_heap_free(heap, blocks[i]);
    }
    slate_heap_trim(heap);
    assert_null(slate_heap_check(heap));
    slate_close(heap);
    assert_int_equal(pages.wrong, 0);
}

static void trimming_again_and_again_holds_no_more(void **state) {
    (void)state;
    struct slate_heap *heap = open_heap();
    size_t held = 0;
    for (int i = 0; i < 3000; i++) {
        void *block = slate_heap_malloc(heap, 300000);
        assert_non_null(block);
        slate_heap_free(heap, block);
        slate_heap_trim(heap);
        if (i == 10)
            held = pages.held;
    }
    assert_int_equal(pages.held, held);
    slate_close(heap);
}

static void the_real_break(void **state) {
    (void)state;
    struct slate_source source = slate_source_brk();
    struct slate_heap *heap =
        slate_open(&(struct slate_options){.source = &source, .region_size = 131072});
    assert_non_null(heap);
    char *block = slate_heap_malloc(heap, 100);
    char *broke = sbrk(0);
    assert_true(block < broke && block > broke - 131072);
    slate_heap_free(heap, block);
    assert_ptr_equal(sbrk(0), broke);
    assert_ptr_equal(slate_heap_malloc(heap, 100), block);
    assert_ptr_equal(sbrk(0), broke);
    assert_int_not_equal((intptr_t)sbrk(100), -1); /* foreign code */
    char *large = slate_heap_calloc(heap, 1, 300000);
    assert_non_null(large);
    assert_true(large > broke && large[0] == 0 && large[299999] == 0);
    memset(large, 5, 300000);
    assert_null(slate_heap_check(heap));
    slate_close(heap);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_break_moves_once),
        cmocka_unit_test(more_moves_it_again_and_trim_moves_it_back),
        cmocka_unit_test(a_foreign_brk_is_survived),
        cmocka_unit_test(trimming_again_and_again_holds_no_more),
        cmocka_unit_test(the_real_break),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
