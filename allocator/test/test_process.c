// SPDX-License-Identifier: MIT
// The process-wide heap under slate's own names, and its inspection.
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "slate.h"

static void every_name_serves(void **state) {
    (void)state;
    void *out = NULL;
    errno = 4321;
    slate_free(slate_malloc(10));
    slate_free(slate_realloc(slate_calloc(3, 5), 100000));
    slate_free(slate_reallocarray(NULL, 10, 10));
    slate_free_sized(slate_malloc(77), 77);
    slate_free_aligned_sized(slate_aligned_alloc(128, 77), 128, 77);
    assert_int_equal(slate_posix_memalign(&out, 4096, 1), 0);
    assert_int_equal((uintptr_t)out % 4096, 0);
    slate_free(out);
    slate_free(slate_memalign(65536, 5));
    slate_free(slate_valloc(5));
    void *pages = slate_pvalloc(5);
    assert_int_equal(slate_malloc_usable_size(pages), sysconf(_SC_PAGESIZE));
    slate_free(pages);
    slate_free(NULL);
    slate_free_sized(NULL, 1);
    slate_free_aligned_sized(NULL, 1, 1);
    assert_int_equal(slate_malloc_usable_size(NULL), 0);
    assert_int_equal(errno, 4321);
    assert_null(slate_malloc(SIZE_MAX));
    assert_int_equal(errno, ENOMEM);
    assert_null(slate_heap_check(slate_default_heap()));
}

struct seen {
    size_t blocks, bytes, free;
};

static int count(void *ctx, void *start, size_t size, int live) {
    struct seen *seen = ctx;
    (void)start;
    if (live) {
        seen->blocks++;
        seen->bytes += size;
    } else {
        seen->free += size;
    }
    return seen->blocks == 1000 ? 7 : 0;
}

static void the_walk_sees_every_block(void **state) {
    (void)state;
    struct slate_source source = slate_source_mmap();
    struct slate_heap *heap =
        slate_open(&(struct slate_options){.source = &source, .region_size = 65536});
    size_t bytes = 0;
    for (size_t i = 0; i < 500; i++) {
        assert_non_null(slate_heap_malloc(heap, i * i % 30000));
        bytes += i * i % 30000;
        slate_heap_free(heap, slate_heap_malloc(heap, 50));
    }
    struct seen seen = {0};
    assert_int_equal(slate_heap_walk(heap, count, &seen), 0);
    assert_int_equal(seen.blocks, 500);
    assert_int_equal(seen.bytes, bytes);
    assert_true(seen.free > 0);
    struct slate_statistics s;
    slate_heap_statistics(heap, &s);
    assert_int_equal(s.live_blocks, 500);
    assert_int_equal(s.live_bytes, bytes);
    assert_true(s.held_bytes >= bytes && s.peak_bytes >= s.held_bytes);
    assert_true(s.regions > 1 && s.mappings > 1);
    for (size_t i = 0; i < 600; i++)
        assert_non_null(slate_heap_malloc(heap, 1));
    seen = (struct seen){0};
    assert_int_equal(slate_heap_walk(heap, count, &seen), 7);
    slate_close(heap);
}

static void trim_gives_back(void **state) {
    (void)state;
    struct slate_source source = slate_source_mmap();
    struct slate_heap *heap =
        slate_open(&(struct slate_options){.source = &source, .region_size = 65536});
    static void *blocks[2000];
    for (int i = 0; i < 2000; i++)
        blocks[i] = slate_heap_malloc(heap, 500);
    struct slate_statistics before, after;
    slate_heap_statistics(heap, &before);
    assert_int_equal(slate_heap_trim(heap), 0);
    for (int i = 0; i < 2000; i++)
        slate_heap_free(heap, blocks[i]);
    size_t given = slate_heap_trim(heap);
    slate_heap_statistics(heap, &after);
    assert_true(given > 900000);
    assert_int_equal(before.held_bytes - after.held_bytes, given);
    assert_int_equal(after.regions, 1);
    assert_null(slate_heap_check(heap));
    slate_close(heap);
}

static void misuse_speaks_and_aborts(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        void *block = slate_malloc(10);
        slate_free(block);
        slate_free(block);
        _exit(0);
    }
    char text[100] = "";
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(read(ends[0], text, sizeof text - 1) > 0);
    assert_string_equal(text, "slate: double free\n");
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_serves),
        cmocka_unit_test(the_walk_sees_every_block),
        cmocka_unit_test(trim_gives_back),
        cmocka_unit_test(misuse_speaks_and_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
