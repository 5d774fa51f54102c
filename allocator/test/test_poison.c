// SPDX-License-Identifier: MIT
// Under AddressSanitizer live blocks are accessible to the byte, the rest of the heap is not,
// and returned ranges are accessible again.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "pages.h"

int __asan_address_is_poisoned(const volatile void *address);
void *__asan_region_is_poisoned(void *start, size_t size);

static struct pages pages;

static void expect_live(char *block, size_t size) {
    assert_null(size == 0 ? NULL : __asan_region_is_poisoned(block, size));
    assert_true(__asan_address_is_poisoned(block + size));
}

static void a_block_is_open_to_the_byte(void **state) {
    (void)state;
    struct slate_source source = pages_source(&pages, PAGES_MAP | PAGES_REMAP, 4096);
    struct slate_heap *heap =
        slate_open(&(struct slate_options){.source = &source, .region_size = 65536});
    for (size_t size = 0; size < 200000; size += size / 5 + 1) {
        char *block = slate_heap_malloc(heap, size);
        expect_live(block, size);
        block = slate_heap_realloc(heap, block, size + 1);
        expect_live(block, size + 1);
        block = slate_heap_realloc(heap, block, size / 2);
        expect_live(block, size / 2);
        slate_heap_free(heap, block);
        if (size < 16384)
            assert_true(__asan_address_is_poisoned(block));
        block = slate_heap_aligned_alloc(heap, 8192, size);
        expect_live(block, size);
    }
    slate_close(heap);
}

static void a_frame_is_open_until_it_ends(void **state) {
    (void)state;
    struct slate_source source = pages_source(&pages, PAGES_MAP, 4096);
    struct slate_heap *heap = slate_open(&(struct slate_options){.source = &source});
    slate_heap_enter(heap);
    char *block = slate_heap_alloca(heap, 100);
    expect_live(block, 100);
    slate_heap_leave(heap);
    assert_true(__asan_address_is_poisoned(block));
    slate_close(heap);
}

static void what_goes_back_is_open(void **state) {
    (void)state;
    static char buffer[65536];
    struct slate_source source = slate_source_buffer(buffer, sizeof buffer);
    struct slate_heap *heap = slate_open(&(struct slate_options){.source = &source});
    assert_non_null(slate_heap_malloc(heap, 100));
    assert_true(__asan_region_is_poisoned(buffer, sizeof buffer) != NULL);
    slate_close(heap);
    assert_null(__asan_region_is_poisoned(buffer, sizeof buffer));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_open_to_the_byte),
        cmocka_unit_test(a_frame_is_open_until_it_ends),
        cmocka_unit_test(what_goes_back_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
