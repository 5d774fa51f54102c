// SPDX-License-Identifier: MIT
// Each misuse ends in its own text; after a handler that jumps out the heap is unchanged.
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

#include "pages.h"

static struct pages pages;
static jmp_buf out;
static const char *seen;

static void jump_out(void *ctx, const char *text) {
    assert_ptr_equal(ctx, &pages);
    seen = text;
    longjmp(out, 1);
}

static struct slate_heap *heap_on(unsigned offered) {
    struct slate_source source = pages_source(&pages, offered, 4096);
    return slate_open(&(struct slate_options){.source = &source,
                                              .region_size = 65536,
                                              .fatal = jump_out,
                                              .fatal_ctx = &pages,
                                              .seed = 99});
}

/* Hash of all observable state of a heap. */
static int fold(void *ctx, void *start, size_t size, int live) {
    uint64_t *sum = ctx;
    *sum = (*sum ^ (uintptr_t)start ^ size * 3 ^ (unsigned)live) * 0x100000001B3U;
    return 0;
}

static uint64_t look(struct slate_heap *heap) {
    struct slate_statistics s;
    uint64_t sum = 0;
    slate_heap_statistics(heap, &s);
    assert_int_equal(slate_heap_walk(heap, fold, &sum), 0);
    return sum * 31 + s.live_blocks + s.live_bytes * 7 + s.held_bytes;
}

enum call { FREE, FREE_SIZED, FREE_ALIGNED, REALLOC, USABLE };

struct wrong {
    enum call call;
    void *block;
    size_t size, alignment;
};

static void make(struct slate_heap *heap, const struct wrong *w) {
    switch (w->call) {
    case FREE:
        slate_heap_free(heap, w->block);
        break;
    case FREE_SIZED:
        slate_heap_free_sized(heap, w->block, w->size);
        break;
    case FREE_ALIGNED:
        slate_heap_free_aligned_sized(heap, w->block, w->alignment, w->size);
        break;
    case REALLOC:
        slate_heap_realloc(heap, w->block, w->size);
        break;
    case USABLE:
        slate_heap_malloc_usable_size(heap, w->block);
    }
}

static void call_caught(struct slate_heap *heap, const struct wrong *wrong) {
    seen = NULL;
    if (setjmp(out) == 0)
        make(heap, wrong);
}

/* The call ends in the misuse's text, changes nothing and holds no lock. */
static void caught(struct slate_heap *heap, enum slate_misuse misuse, const struct wrong *wrong) {
    uint64_t before = look(heap);
    call_caught(heap, wrong);
    assert_non_null(seen);
    assert_string_equal(seen, slate_misuse_text(misuse));
    assert_int_equal(look(heap), before);
}

#define CAUGHT(misuse, ...) caught(heap, misuse, &(struct wrong){__VA_ARGS__})

static const size_t sizes[] = {0, 1, 31, 32, 100, 1000, 8191, 8192, 12000, 16384, 100000, 3000000};
#define SIZES (sizeof sizes / sizeof *sizes)

static void texts_are_all_different(void **state) {
    (void)state;
    for (unsigned i = 0; i < SLATE_MISUSES; i++) {
        assert_non_null(slate_misuse_text((enum slate_misuse)i));
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(slate_misuse_text((enum slate_misuse)i),
                                    slate_misuse_text((enum slate_misuse)j));
    }
    assert_null(slate_misuse_text(SLATE_MISUSES));
}

static void ended_blocks_in(unsigned offered) {
    struct slate_heap *heap = heap_on(offered);
    for (size_t i = 0; i < SIZES; i++) {
        void *block = slate_heap_malloc(heap, sizes[i]);
        void *other = slate_heap_malloc(heap, sizes[i]);
        slate_heap_free(heap, block);
        CAUGHT(SLATE_DOUBLE_FREE, FREE, block, 0, 0);
        CAUGHT(SLATE_DOUBLE_FREE, FREE_SIZED, block, sizes[i], 0);
        CAUGHT(SLATE_REALLOC_FREED, REALLOC, block, 10, 0);
        CAUGHT(SLATE_USABLE_SIZE_FREED, USABLE, block, 0, 0);
        slate_heap_free(heap, other);
        CAUGHT(SLATE_DOUBLE_FREE, FREE, block, 0, 0);
        CAUGHT(SLATE_DOUBLE_FREE, FREE, other, 0, 0);
        slate_heap_trim(heap);
        CAUGHT(SLATE_DOUBLE_FREE, FREE, block, 0, 0);
        assert_null(slate_heap_check(heap));
    }
    slate_close(heap);
}

static void blocks_that_have_ended(void **state) {
    (void)state;
    ended_blocks_in(PAGES_MAP);
    ended_blocks_in(PAGES_MAP | PAGES_REMAP);
    ended_blocks_in(PAGES_GROW);
}

/* A double free is reported after any number of other frees and allocations. */
static void a_double_free_much_later(void **state) {
    (void)state;
    enum { MANY = 600 };
    static void *blocks[MANY];
    struct slate_heap *heap = heap_on(PAGES_MAP);
    for (size_t size = 8; size < 9000; size = size * 5 / 3) {
        for (int i = 0; i < MANY; i++)
            blocks[i] = slate_heap_malloc(heap, size);
        for (int i = 0; i < MANY; i++)
            slate_heap_free(heap, blocks[i]);
        for (int i = 0; i < MANY; i += 7)
            CAUGHT(SLATE_DOUBLE_FREE, FREE, blocks[i], 0, 0);
        slate_heap_trim(heap);
        for (int i = 0; i < MANY; i += 7)
            CAUGHT(SLATE_DOUBLE_FREE, FREE, blocks[i], 0, 0);
    }
    slate_close(heap);
}

static void pointers_that_are_no_start(void **state) {
    (void)state;
    struct slate_heap *heap = heap_on(PAGES_MAP);
    for (size_t i = 0; i < SIZES; i++) {
        char *block = slate_heap_malloc(heap, sizes[i]);
        for (size_t at = 16; at < sizes[i]; at = at * 3 / 32 * 16 + 16)
            CAUGHT(SLATE_FREE_INTERIOR, FREE, block + at, 0, 0);
        for (size_t at = 1; at < sizes[i]; at = at * 2 + 1)
            CAUGHT(SLATE_FREE_MISALIGNED, FREE, block + at, 0, 0);
        if (sizes[i] > 16) {
            CAUGHT(SLATE_FREE_INTERIOR, REALLOC, block + 16, 5, 0);
            CAUGHT(SLATE_FREE_INTERIOR, USABLE, block + 16, 0, 0);
        }
        slate_heap_free(heap, block);
    }
    slate_close(heap);
}

static void pointers_that_are_not_the_heaps(void **state) {
    (void)state;
    static char in_data[64];
    char on_stack[64] = "";
    struct slate_heap *heap = heap_on(PAGES_MAP);
    char *other = malloc(100);
    char *block = slate_heap_malloc(heap, 100000);
    CAUGHT(SLATE_FREE_FOREIGN, FREE, in_data, 0, 0);
    CAUGHT(SLATE_FREE_FOREIGN, FREE, on_stack, 0, 0);
    CAUGHT(SLATE_FREE_FOREIGN, FREE, other, 0, 0);
    CAUGHT(SLATE_FREE_FOREIGN, FREE, heap, 0, 0);
    CAUGHT(SLATE_FREE_FOREIGN, FREE, (void *)(uintptr_t)16, 0, 0);
    CAUGHT(SLATE_FREE_FOREIGN, FREE, (void *)UINTPTR_MAX, 0, 0);
    CAUGHT(SLATE_FREE_FOREIGN, FREE, block + 100000 + 4096, 0, 0);
    CAUGHT(SLATE_FREE_FOREIGN, REALLOC, in_data, 1, 0);
    CAUGHT(SLATE_FREE_FOREIGN, USABLE, in_data, 0, 0);
    free(other);
    slate_close(heap);
}

static void memory_that_was_never_live(void **state) {
    (void)state;
    struct slate_heap *heap = heap_on(PAGES_GROW);
    char *block = slate_heap_malloc(heap, 100);
    CAUGHT(SLATE_FREE_NEVER_ALLOCATED, FREE, block + 112, 0, 0);
    CAUGHT(SLATE_FREE_NEVER_ALLOCATED, FREE, block + 4096, 0, 0);
    CAUGHT(SLATE_FREE_MISALIGNED, FREE, block + 4097, 0, 0);
    CAUGHT(SLATE_FREE_NEVER_ALLOCATED, REALLOC, block + 4096, 1, 0);
    slate_close(heap);
}

static void memory_of_a_frame(void **state) {
    (void)state;
    struct slate_heap *heap = heap_on(PAGES_MAP);
    slate_heap_enter(heap);
    char *block = slate_heap_alloca(heap, 100);
    CAUGHT(SLATE_FREE_FRAME, FREE, block, 0, 0);
    CAUGHT(SLATE_FREE_FRAME, REALLOC, block, 5, 0);
    CAUGHT(SLATE_FREE_NEVER_ALLOCATED, FREE, block + 2048, 0, 0);
    slate_heap_leave(heap);
    slate_close(heap);
}

static void sizes_and_alignments_that_were_not_asked_for(void **state) {
    (void)state;
    struct slate_heap *heap = heap_on(PAGES_MAP);
    for (size_t i = 0; i < SIZES; i++) {
        void *block = slate_heap_malloc(heap, sizes[i]);
        CAUGHT(SLATE_WRONG_SIZE, FREE_SIZED, block, sizes[i] + 1, 0);
        CAUGHT(SLATE_WRONG_SIZE, FREE_SIZED, block, sizes[i] - 1, 0);
        slate_heap_free_sized(heap, block, sizes[i]);
        block = slate_heap_aligned_alloc(heap, 64, sizes[i]);
        CAUGHT(SLATE_WRONG_SIZE, FREE_ALIGNED, block, sizes[i] + 1, 64);
        CAUGHT(SLATE_WRONG_ALIGNMENT, FREE_ALIGNED, block, sizes[i], (size_t)1 << 40);
        CAUGHT(SLATE_WRONG_ALIGNMENT, FREE_ALIGNED, block, sizes[i], 48);
        slate_heap_free_aligned_sized(heap, block, 64, sizes[i]);
    }
    slate_heap_free_sized(heap, NULL, 5);
    slate_heap_free_aligned_sized(heap, NULL, 3, 5);
    slate_close(heap);
}

__attribute__((no_sanitize("address"))) static unsigned char swap_byte(volatile unsigned char *at,
                                                                       unsigned char value) {
    unsigned char old = *at;
    *at = value;
    return old;
}

/* Every wrong value of each guarded byte. */
static void one_byte_past(struct slate_heap *heap, unsigned char *block, size_t size, size_t at) {
    for (unsigned bit = 0; bit < 8; bit++) {
        unsigned char old = swap_byte(block + at, 0);
        swap_byte(block + at, (unsigned char)(old ^ 1U << bit));
        CAUGHT(SLATE_OVERWRITTEN, FREE, block, 0, 0);
        CAUGHT(SLATE_OVERWRITTEN, FREE_SIZED, block, size, 0);
        CAUGHT(SLATE_OVERWRITTEN, REALLOC, block, size + 1, 0);
        assert_non_null(slate_heap_check(heap));
        assert_true(old >= 0x80);
        swap_byte(block + at, old);
    }
    assert_null(slate_heap_check(heap));
}

static void bytes_after_a_block(void **state) {
    (void)state;
    struct slate_heap *heap = heap_on(PAGES_MAP | PAGES_REMAP);
    for (size_t size = 0; size < 20000; size += size < 200 ? 1 : 997) {
        unsigned char *block = slate_heap_malloc(heap, size);
        one_byte_past(heap, block, size, size);
        block = slate_heap_realloc(heap, block, size + 3);
        one_byte_past(heap, block, size + 3, size + 3);
        block = slate_heap_realloc(heap, block, size / 4 * 3);
        one_byte_past(heap, block, size / 4 * 3, size / 4 * 3);
        slate_heap_free(heap, block);
    }
    unsigned char *block = slate_heap_malloc(heap, 1000);
    for (size_t at = 1000; at < 1024; at++)
        one_byte_past(heap, block, 1000, at);
    slate_close(heap);
}

static void quiet(void *ctx, const char *text) {
    (void)ctx;
    (void)text;
}

/* The process ends even if there is no handler or the handler returns. */
static void without_a_way_out(void **state) {
    (void)state;
    static slate_fatal_handler *const handlers[] = {NULL, quiet};
    for (int i = 0; i < 2; i++) {
        pid_t child = fork();
        if (child == 0) {
            signal(SIGILL, SIG_DFL); /* else cmocka's handler would run */
            signal(SIGTRAP, SIG_DFL);
            struct slate_source source = pages_source(&pages, PAGES_MAP, 4096);
            slate_heap_free(
                slate_open(&(struct slate_options){.source = &source, .fatal = handlers[i]}),
                &child);
            _exit(0);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_all_different),
        cmocka_unit_test(blocks_that_have_ended),
        cmocka_unit_test(a_double_free_much_later),
        cmocka_unit_test(pointers_that_are_no_start),
        cmocka_unit_test(pointers_that_are_not_the_heaps),
        cmocka_unit_test(memory_that_was_never_live),
        cmocka_unit_test(memory_of_a_frame),
        cmocka_unit_test(sizes_and_alignments_that_were_not_asked_for),
        cmocka_unit_test(bytes_after_a_block),
        cmocka_unit_test(without_a_way_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
