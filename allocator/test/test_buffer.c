// SPDX-License-Identifier: MIT
// A heap in the caller's buffer: how much of it can be allocated, for every alignment of the
// buffer.
#define _GNU_SOURCE /* mincore */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "slate.h"

#define BUFFER ((size_t)65536)

static char room[BUFFER + 4096];

static struct slate_heap *open_at(size_t offset, size_t size) {
    memset(room, 0xA5, sizeof room);
    struct slate_source source = slate_source_buffer(room + offset, size);
    return slate_open(&(struct slate_options){.source = &source});
}

static size_t largest(struct slate_heap *heap) {
    size_t low = 0, high = BUFFER;
    while (low + 1 < high) {
        size_t middle = (low + high) / 2;
        void *block = slate_heap_malloc(heap, middle);
        *(block != NULL ? &low : &high) = middle;
        slate_heap_free(heap, block);
    }
    return low;
}

static void three_quarters_as_one_block(void **state) {
    (void)state;
    for (size_t offset = 0; offset < 4096; offset += 61) {
        struct slate_heap *heap = open_at(offset, BUFFER);
        assert_non_null(heap);
        assert_true(largest(heap) >= BUFFER / 4 * 3);
        assert_null(slate_heap_check(heap));
        slate_close(heap);
    }
}

static void three_quarters_as_small_blocks(void **state) {
    (void)state;
    for (size_t offset = 0; offset < 4096; offset += 61) {
        struct slate_heap *heap = open_at(offset, BUFFER);
        size_t live = 0;
        for (void *block; (block = slate_heap_malloc(heap, 1000)) != NULL; live += 1000)
            memset(block, 0x5A, 1000);
        assert_true(live >= BUFFER / 4 * 3);
        assert_null(slate_heap_check(heap));
        slate_close(heap);
    }
}

static void the_largest_again_once_nothing_is_live(void **state) {
    (void)state;
    struct slate_heap *heap = open_at(7, BUFFER);
    size_t size = largest(heap);
    static void *blocks[BUFFER / 32];
    for (size_t small = 0; small < 600; small += 37) {
        size_t n = 0;
        while ((blocks[n] = slate_heap_malloc(heap, small)) != NULL)
            n++;
        assert_true(n > 0);
        while (n > 0)
            slate_heap_free(heap, blocks[--n]);
        void *block = slate_heap_malloc(heap, size);
        assert_non_null(block);
        slate_heap_free(heap, block);
        assert_null(slate_heap_check(heap));
    }
    slate_close(heap);
}

static void tiny_buffers_fail_cleanly(void **state) {
    (void)state;
    size_t opened = 0;
    for (size_t size = 0; size < 20000; size += 13) {
        memset(room, 0xA5, sizeof room);
        struct slate_source source = slate_source_buffer(room + 16, size);
        errno = 0;
        struct slate_heap *heap = slate_open(&(struct slate_options){.source = &source});
        if (heap == NULL) {
            assert_int_equal(errno, ENOMEM);
            assert_int_equal(opened, 0);
        } else {
            opened++;
            assert_non_null(slate_heap_malloc(heap, 1));
        }
        assert_int_equal((unsigned char)room[15], 0xA5);
        assert_int_equal((unsigned char)room[16 + size], 0xA5);
        slate_close(heap);
    }
    assert_true(opened > 0);
}

static size_t pages_in_memory(void *start, size_t size) {
    const size_t pages = size / (size_t)sysconf(_SC_PAGESIZE);
    unsigned char *in = malloc(pages);
    size_t count = 0;
    assert_int_equal(mincore(start, size, in), 0);
    for (size_t i = 0; i < pages; i++)
        count += in[i] & 1;
    free(in);
    return count;
}

static void a_vast_one_is_touched_only_as_far_as_it_is_used(void **state) {
    (void)state;
    const size_t size = (size_t)1 << 30;
    void *vast = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_ptr_not_equal(vast, MAP_FAILED);
    madvise(vast, size, MADV_NOHUGEPAGE);
    struct slate_source source = slate_source_buffer(vast, size);
    struct slate_heap *heap = slate_open(&(struct slate_options){.source = &source});
    assert_non_null(slate_heap_malloc(heap, 16));
    const size_t touched = pages_in_memory(vast, size);
    assert_in_range(touched, 1, 64);
    slate_close(heap);
    munmap(vast, size);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_quarters_as_one_block),
        cmocka_unit_test(three_quarters_as_small_blocks),
        cmocka_unit_test(the_largest_again_once_nothing_is_live),
        cmocka_unit_test(tiny_buffers_fail_cleanly),
        cmocka_unit_test(a_vast_one_is_touched_only_as_far_as_it_is_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
