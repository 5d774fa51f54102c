// SPDX-License-Identifier: MIT
// Frames: memory ends with its frame, exhaustion is a clean failure, blocks stay untouched.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "pages.h"

static struct pages pages;

static struct slate_heap *open_heap(size_t limit) {
    struct slate_source source = pages_source(&pages, PAGES_MAP, 4096);
    pages.dirty = 1;
    struct slate_heap *heap = slate_open(
        &(struct slate_options){.source = &source, .region_size = 65536, .limit = limit});
    assert_non_null(heap);
    errno = 0;
    return heap;
}

static struct slate_statistics counters(struct slate_heap *heap) {
    struct slate_statistics s;
    slate_heap_statistics(heap, &s);
    assert_null(slate_heap_check(heap));
    return s;
}

static void memory_ends_with_its_frame(void **state) {
    (void)state;
    struct slate_heap *heap = open_heap(0);
    slate_heap_enter(heap);
    char *outer = slate_heap_alloca(heap, 100);
    memset(outer, 1, 100);
    for (int i = 0; i < 50; i++) {
        slate_heap_enter(heap);
        char *inner = slate_heap_alloca(heap, 30000);
        assert_non_null(inner);
        memset(inner, 2, 30000);
        assert_int_equal(counters(heap).frame_depth, 2);
        assert_int_equal(counters(heap).frame_bytes, 30100);
        assert_int_equal(counters(heap).frame_blocks, 2);
        assert_int_equal(slate_heap_leave(heap), 0);
    }
    for (int i = 0; i < 100; i++)
        assert_int_equal(outer[i], 1);
    assert_int_equal(counters(heap).held_bytes, 65536);
    assert_int_equal(slate_heap_leave(heap), 0);
    assert_int_equal(counters(heap).frame_depth + counters(heap).frame_bytes, 0);
    assert_int_equal(counters(heap).live_blocks, 0);
    slate_close(heap);
}

static void pieces_are_aligned_and_apart(void **state) {
    (void)state;
    struct slate_heap *heap = open_heap(0);
    char *pieces[64];
    slate_heap_enter(heap);
    for (size_t i = 0; i < 64; i++) {
        pieces[i] = slate_heap_alloca(heap, i * 7);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        memset(pieces[i], (int)i, i * 7);
        for (size_t j = 0; j < i; j++)
            assert_ptr_not_equal(pieces[i], pieces[j]);
    }
    for (size_t i = 0; i < 64; i++)
        for (size_t at = 0; at < i * 7; at++)
            assert_int_equal(pieces[i][at], i);
    slate_close(heap);
}

static void arrays_are_zeroed_and_have_an_element(void **state) {
    (void)state;
    struct slate_heap *heap = open_heap(0);
    for (size_t count = 0; count < 40; count++) {
        slate_heap_enter(heap);
        unsigned char *array = slate_heap_vla(heap, count, 24);
        size_t bytes = (count == 0 ? 1 : count) * 24;
        for (size_t i = 0; i < bytes; i++)
            assert_int_equal(array[i], 0);
        memset(array, 0xFF, bytes);
        assert_int_equal(counters(heap).frame_bytes, bytes);
        assert_int_equal(slate_heap_leave(heap), 0);
    }
    slate_close(heap);
}

static void running_out_is_a_clean_failure(void **state) {
    (void)state;
    struct slate_heap *heap = open_heap(1 << 20);
    static const size_t absurd[] = {(size_t)2 << 20, PTRDIFF_MAX, SIZE_MAX - 15, SIZE_MAX};
    slate_heap_enter(heap);
    char *kept = slate_heap_alloca(heap, 5000);
    memset(kept, 9, 5000);
    for (int i = 0; i < 4; i++) {
        errno = 0;
        assert_null(slate_heap_alloca(heap, absurd[i]));
        assert_int_equal(errno, ENOMEM);
    }
    errno = 0;
    assert_null(slate_heap_vla(heap, SIZE_MAX / 2, 3));
    assert_int_equal(errno, ENOMEM);
    size_t pieces = 0;
    while (slate_heap_alloca(heap, 1000) != NULL)
        pieces++;
    assert_true(pieces > 500);
    for (int i = 0; i < 5000; i++)
        assert_int_equal(kept[i], 9);
    assert_int_equal(counters(heap).frame_blocks, pieces + 1);
    assert_int_equal(slate_heap_leave(heap), 0);
    assert_non_null(slate_heap_malloc(heap, 50000));
    slate_close(heap);
    assert_int_equal(pages.held, 0);
}

static void without_a_frame(void **state) {
    (void)state;
    struct slate_heap *heap = open_heap(0);
    assert_null(slate_heap_alloca(heap, 10));
    assert_int_equal(errno, EINVAL);
    errno = 0;
    assert_null(slate_heap_vla(heap, 10, 10));
    assert_int_equal(errno, EINVAL);
    errno = 0;
    assert_int_equal(slate_heap_leave(heap), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(counters(heap).frame_depth, 0);
    slate_close(heap);
}

static void deep_frames_without_memory_cost_nothing(void **state) {
    (void)state;
    struct slate_heap *heap = open_heap(65536);
    for (int i = 0; i < 100000; i++)
        slate_heap_enter(heap);
    assert_non_null(slate_heap_alloca(heap, 1000));
    assert_int_equal(counters(heap).frame_depth, 100000);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(slate_heap_leave(heap), 0);
    assert_int_equal(slate_heap_leave(heap), -1);
    slate_close(heap);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_ends_with_its_frame),
        cmocka_unit_test(pieces_are_aligned_and_apart),
        cmocka_unit_test(arrays_are_zeroed_and_have_an_element),
        cmocka_unit_test(running_out_is_a_clean_failure),
        cmocka_unit_test(without_a_frame),
        cmocka_unit_test(deep_frames_without_memory_cost_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
