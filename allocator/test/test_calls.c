// SPDX-License-Identifier: MIT
// The result of each function: values, alignment, errno, and what a failure leaves unchanged.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "pages.h"

enum { CANARY = 12345 }; /* not an error number */

static struct pages pages;

static struct slate_heap *heap_with(size_t page, size_t limit) {
    struct slate_source source = pages_source(&pages, PAGES_MAP | PAGES_REMAP, page);
    pages.dirty = 1;
    struct slate_heap *heap = slate_open(
        &(struct slate_options){.source = &source, .region_size = 65536, .limit = limit});
    assert_non_null(heap);
    errno = CANARY;
    return heap;
}

static void expect_null(const void *answer, int error) {
    assert_null(answer);
    assert_int_equal(errno, error);
    errno = CANARY;
}

static void *expect_block(struct slate_heap *heap, void *block, size_t size, size_t alignment) {
    assert_non_null(block);
    assert_int_equal(errno, CANARY);
    assert_int_equal((uintptr_t)block % alignment, 0);
    assert_int_equal(slate_heap_malloc_usable_size(heap, block), size);
    memset(block, 0x6B, size);
    return block;
}

static void size_0_is_a_block(void **state) {
    (void)state;
    struct slate_heap *heap = heap_with(4096, 0);
    void *blocks[5] = {slate_heap_malloc(heap, 0), slate_heap_calloc(heap, 0, 9),
                       slate_heap_calloc(heap, SIZE_MAX, 0), slate_heap_realloc(heap, NULL, 0),
                       slate_heap_aligned_alloc(heap, 64, 0)};
    for (int i = 0; i < 5; i++) {
        expect_block(heap, blocks[i], 0, 16);
        for (int j = 0; j < i; j++)
            assert_ptr_not_equal(blocks[i], blocks[j]);
    }
    for (int i = 0; i < 5; i++)
        slate_heap_free(heap, blocks[i]);
    slate_heap_free(heap, NULL);
    assert_int_equal(slate_heap_malloc_usable_size(heap, NULL), 0);
    assert_int_equal(errno, CANARY);
    slate_close(heap);
}

static void realloc_to_0_is_a_block_too(void **state) {
    (void)state;
    struct slate_heap *heap = heap_with(4096, 0);
    for (size_t size = 1; size < 200000; size *= 7) {
        void *block = slate_heap_malloc(heap, size);
        block = expect_block(heap, slate_heap_realloc(heap, block, 0), 0, 16);
        slate_heap_free(heap, block);
    }
    struct slate_statistics s;
    slate_heap_statistics(heap, &s);
    assert_int_equal(s.live_blocks, 0);
    slate_close(heap);
}

static void what_cannot_be_is_no_memory(void **state) {
    (void)state;
    struct slate_heap *heap = heap_with(4096, 1 << 20);
    static const size_t absurd[] = {(size_t)2 << 20,         PTRDIFF_MAX - 4096, PTRDIFF_MAX,
                                    (size_t)PTRDIFF_MAX + 1, SIZE_MAX - 4096,    SIZE_MAX};
    char *block = expect_block(heap, slate_heap_malloc(heap, 100), 100, 16);
    for (size_t i = 0; i < sizeof absurd / sizeof *absurd; i++) {
        void *untouched = &pages;
        expect_null(slate_heap_malloc(heap, absurd[i]), ENOMEM);
        expect_null(slate_heap_calloc(heap, absurd[i], 1), ENOMEM);
        expect_null(slate_heap_realloc(heap, block, absurd[i]), ENOMEM);
        expect_null(slate_heap_realloc(heap, NULL, absurd[i]), ENOMEM);
        expect_null(slate_heap_aligned_alloc(heap, 64, absurd[i]), ENOMEM);
        expect_null(slate_heap_aligned_alloc(heap, (size_t)1 << 63, absurd[i]), ENOMEM);
        expect_null(slate_heap_memalign(heap, 8192, absurd[i]), ENOMEM);
        expect_null(slate_heap_valloc(heap, absurd[i]), ENOMEM);
        expect_null(slate_heap_pvalloc(heap, absurd[i]), ENOMEM);
        assert_int_equal(slate_heap_posix_memalign(heap, &untouched, 64, absurd[i]), ENOMEM);
        assert_ptr_equal(untouched, &pages);
        assert_int_equal(errno, CANARY);
    }
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(block[i], 0x6B);
    assert_null(slate_heap_check(heap));
    slate_close(heap);
}

static void products_that_wrap_are_no_memory(void **state) {
    (void)state;
    struct slate_heap *heap = heap_with(4096, 0);
    static const size_t factors[][2] = {{SIZE_MAX / 2 + 1, 2},
                                        {SIZE_MAX / 16 + 2, 16},
                                        {(size_t)1 << 32, (size_t)1 << 32},
                                        {SIZE_MAX, SIZE_MAX}};
    void *block = slate_heap_malloc(heap, 10);
    for (size_t i = 0; i < 4; i++) {
        expect_null(slate_heap_calloc(heap, factors[i][0], factors[i][1]), ENOMEM);
        expect_null(slate_heap_reallocarray(heap, NULL, factors[i][0], factors[i][1]), ENOMEM);
        expect_null(slate_heap_reallocarray(heap, block, factors[i][0], factors[i][1]), ENOMEM);
    }
    expect_block(heap, slate_heap_reallocarray(heap, block, 7, 11), 77, 16);
    slate_close(heap);
}

static void alignments(void **state) {
    (void)state;
    struct slate_heap *heap = heap_with(4096, 0);
    for (size_t alignment = 1; alignment <= (size_t)4 << 20; alignment *= 2) {
        for (size_t size = 0; size < 20000; size = size * 3 + 1) {
            void *block = slate_heap_aligned_alloc(heap, alignment, size), *out = NULL;
            expect_block(heap, block, size, alignment);
            expect_block(heap, slate_heap_memalign(heap, alignment, size), size, alignment);
            if (alignment >= sizeof(void *)) {
                assert_int_equal(slate_heap_posix_memalign(heap, &out, alignment, size), 0);
                slate_heap_free_aligned_sized(heap, expect_block(heap, out, size, alignment),
                                              alignment, size);
            }
            block = slate_heap_realloc(heap, block, size + 1);
            slate_heap_free(heap, expect_block(heap, block, size + 1, 16));
        }
    }
    assert_null(slate_heap_check(heap));
    slate_close(heap);
    assert_int_equal(pages.held, 0);
}

static void invalid_alignments(void **state) {
    (void)state;
    struct slate_heap *heap = heap_with(4096, 0);
    static const size_t invalid[] = {0, 3, 24, 48, SIZE_MAX, ((size_t)1 << 40) + 1};
    void *out = &pages;
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
        expect_null(slate_heap_aligned_alloc(heap, invalid[i], 100), EINVAL);
        expect_null(slate_heap_memalign(heap, invalid[i], 100), EINVAL);
        assert_int_equal(slate_heap_posix_memalign(heap, &out, invalid[i], 100), EINVAL);
    }
    for (size_t alignment = 1; alignment < sizeof(void *); alignment *= 2)
        assert_int_equal(slate_heap_posix_memalign(heap, &out, alignment, 100), EINVAL);
    assert_ptr_equal(out, &pages);
    assert_int_equal(errno, CANARY);
    slate_close(heap);
}

static void page_aligned_forms(void **state) {
    (void)state;
    for (size_t page = 256; page <= 65536; page *= 4) {
        struct slate_heap *heap = heap_with(page, 0);
        expect_block(heap, slate_heap_valloc(heap, 10), 10, page);
        expect_block(heap, slate_heap_pvalloc(heap, 0), page, page);
        expect_block(heap, slate_heap_pvalloc(heap, page), page, page);
        expect_block(heap, slate_heap_pvalloc(heap, page + 1), 2 * page, page);
        assert_null(slate_heap_check(heap));
        slate_close(heap);
    }
}

static void recycled_memory_is_zeroed(void **state) {
    (void)state;
    struct slate_heap *heap = heap_with(4096, 0);
    for (size_t size = 1; size < 100000; size += size / 3 + 1) {
        for (int round = 0; round < 3; round++) {
            unsigned char *block = slate_heap_calloc(heap, 1, size);
            size_t zero = 0;
            while (zero < size && block[zero] == 0)
                zero++;
            assert_int_equal(zero, size);
            memset(block, 0xFF, size);
            slate_heap_free(heap, block);
        }
    }
    slate_close(heap);
}

/* Resizes every size to every size: in place, by remapping, by moving. */
static void resizing_keeps_the_content(void **state) {
    (void)state;
    static const size_t sizes[] = {0,    1,     31,    32,    500,   4095,   8191,
                                   8192, 12000, 16383, 16384, 60000, 300000, 1000000};
    struct slate_heap *heap = heap_with(4096, 0);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
            size_t least = sizes[i < j ? i : j], same = 0;
            char *block = expect_block(heap, slate_heap_malloc(heap, sizes[i]), sizes[i], 16);
            block = slate_heap_realloc(heap, block, sizes[j]);
            while (same < least && block[same] == 0x6B)
                same++;
            assert_int_equal(same, least);
            slate_heap_free_sized(heap, expect_block(heap, block, sizes[j], 16), sizes[j]);
        }
    }
    assert_null(slate_heap_check(heap));
    slate_close(heap);
}

static void options_that_cannot_be(void **state) {
    (void)state;
    struct slate_source none = {.page_size = 4096};
    struct slate_source odd = pages_source(&pages, PAGES_MAP, 4096);
    struct slate_source tiny = odd;
    odd.page_size = 4095;
    tiny.page_size = 32;
    const struct slate_source *const wrong[] = {NULL, &none, &odd, &tiny};
    for (int i = 0; i < 4; i++)
        expect_null(slate_open(&(struct slate_options){.source = wrong[i]}), EINVAL);
    struct slate_source good = pages_source(&pages, PAGES_MAP, 4096);
    expect_null(slate_open(&(struct slate_options){.source = &good, .region_size = SIZE_MAX}),
                ENOMEM);
    expect_null(slate_open(&(struct slate_options){.source = &good, .limit = 4096}), ENOMEM);
    assert_int_equal(pages.held, 0);
    slate_close(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(size_0_is_a_block),
        cmocka_unit_test(realloc_to_0_is_a_block_too),
        cmocka_unit_test(what_cannot_be_is_no_memory),
        cmocka_unit_test(products_that_wrap_are_no_memory),
        cmocka_unit_test(alignments),
        cmocka_unit_test(invalid_alignments),
        cmocka_unit_test(page_aligned_forms),
        cmocka_unit_test(recycled_memory_is_zeroed),
        cmocka_unit_test(resizing_keeps_the_content),
        cmocka_unit_test(options_that_cannot_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
