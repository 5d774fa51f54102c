// SPDX-License-Identifier: MIT
// slate behind the harness's interface: every kind of page source, and the texts and values that
// its profile guarantees.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <cmocka.h>

#include "adapter/adapters.h"
#include "allocheck/profile.h"

enum { PAGE = 4096, ARENA = 4 << 20 };

static _Alignas(PAGE) char arena[ARENA];

struct pages {
    size_t mapped; /* from the end downwards */
    size_t broke;  /* from the start upwards, not on a page boundary */
    size_t held;
    jmp_buf jump;
    const char *text;
};

static void *give_pages(void *ctx, size_t size) {
    struct pages *pages = ctx;
    if (size > ARENA / 2 - pages->mapped)
        return NULL;
    pages->mapped += size;
    pages->held += size;
    return arena + ARENA - pages->mapped;
}

static bool take_pages(void *ctx, void *start, size_t size) {
    struct pages *pages = ctx;
    (void)start;
    pages->held -= size;
    return true;
}

static bool resize_pages(void *ctx, void *start, size_t old_size, size_t new_size) {
    struct pages *pages = ctx;
    (void)start;
    if (new_size > old_size)
        return false;
    pages->held -= old_size - new_size;
    return true;
}

static void *move_pages(void *ctx, void *start, size_t old_size, size_t new_size) {
    void *moved = give_pages(ctx, new_size);
    if (moved != NULL) {
        memcpy(moved, start, old_size < new_size ? old_size : new_size);
        take_pages(ctx, start, old_size);
    }
    return moved;
}

static void *move_break(void *ctx, ptrdiff_t increment) {
    struct pages *pages = ctx;
    char *old = arena + pages->broke;
    if (increment > (ptrdiff_t)(ARENA / 2 - pages->broke))
        return NULL;
    pages->broke = (size_t)((ptrdiff_t)pages->broke + increment);
    pages->held = (size_t)((ptrdiff_t)pages->held + increment);
    return old;
}

static struct ac_page_source pages_of(struct pages *pages, enum ac_source_kind kind) {
    memset(arena, 0xA5, sizeof arena);
    memset(pages, 0, sizeof *pages);
    pages->broke = 40;
    struct ac_page_source source = {
        .ctx = pages, .kind = kind, .page_size = PAGE, .limit = ARENA / 2};
    if (kind == AC_SOURCE_BUFFER) {
        source.buffer = arena + 24;
        return source;
    }
    if (kind != AC_SOURCE_BRK) {
        source.map = give_pages;
        source.unmap = take_pages;
        source.resize = resize_pages;
        source.remap = move_pages;
    }
    if (kind != AC_SOURCE_MMAP)
        source.sbrk = move_break;
    return source;
}

static void jump_out(void *ctx, const char *text) {
    struct pages *pages = ctx;
    pages->text = text;
    longjmp(pages->jump, 1);
}

static void *open_on(const struct ac_page_source *source, struct pages *pages) {
    void *heap = ac_slate.open(&(struct ac_open_options){
        .source = source, .fatal = jump_out, .fatal_ctx = pages, .seed = 7});
    assert_non_null(heap);
    return heap;
}

static void exercise(void *heap) {
    char *first = ac_slate.malloc(heap, 100), *large = ac_slate.calloc(heap, 100, 1000);
    assert_non_null(first);
    assert_non_null(large);
    assert_int_equal(large[99999], 0);
    assert_int_equal(ac_slate.usable_size(heap, first), 100);
    memset(first, 3, 100);
    first = ac_slate.realloc(heap, first, 50000);
    assert_non_null(first);
    assert_int_equal(first[99], 3);
    large = ac_slate.reallocarray(heap, large, 300, 1000);
    assert_non_null(large);
    struct ac_statistics statistics;
    assert_true(ac_slate.statistics(heap, &statistics));
    assert_int_equal(statistics.live_blocks, 2);
    assert_int_equal(statistics.live_bytes, 350000);
    assert_null(ac_slate.check(heap));
    ac_slate.free_sized(heap, first, 50000);
    ac_slate.free(heap, large);
    ac_slate.trim(heap);
}

static void exercise_frames(void *heap) {
    assert_true(ac_slate.frame_enter(heap));
    assert_non_null(ac_slate.frame_alloca(heap, 100));
    char *array = ac_slate.frame_vla(heap, 0, 8);
    assert_non_null(array);
    assert_int_equal(array[7], 0);
    assert_int_equal(ac_slate.frame_depth(heap), 1);
    assert_int_equal(ac_slate.frame_bytes(heap), 108);
    ac_slate.frame_leave(heap);
    assert_int_equal(ac_slate.frame_depth(heap) + ac_slate.frame_bytes(heap), 0);
}

static void every_kind_of_source_serves(void **state) {
    (void)state;
    for (unsigned kind = AC_SOURCE_MMAP; kind <= AC_SOURCE_BUFFER; kind *= 2) {
        struct pages pages;
        struct ac_page_source source = pages_of(&pages, (enum ac_source_kind)kind);
        assert_true((ac_slate.sources & kind) != 0);
        void *heap = open_on(&source, &pages);
        exercise(heap);
        exercise_frames(heap);
        assert_null(ac_slate.check(heap));
        ac_slate.close(heap);
        assert_int_equal(pages.held, 0);
    }
}

static void expect_text(struct pages *pages, enum ac_misuse misuse) {
    assert_non_null(pages->text);
    assert_string_equal(pages->text, ac_slate.profile->misuse[misuse]);
    pages->text = NULL;
}

#define EXPECT(misuse, call)                                                                       \
    do {                                                                                           \
        if (setjmp(pages.jump) == 0)                                                               \
            call;                                                                                  \
        expect_text(&pages, misuse);                                                               \
    } while (0)

static void misuse_is_caught_with_the_guaranteed_text(void **state) {
    (void)state;
    static struct pages pages;
    static long elsewhere[4];
    struct ac_page_source source = pages_of(&pages, AC_SOURCE_MMAP);
    void *heap = open_on(&source, &pages);
    char *volatile block = ac_slate.malloc(heap, 100);
    char *volatile freed = ac_slate.malloc(heap, 100);
    ac_slate.free(heap, freed);
    EXPECT(AC_MISUSE_DOUBLE_FREE, ac_slate.free(heap, freed));
    EXPECT(AC_MISUSE_REALLOC_FREED, ac_slate.realloc(heap, freed, 10));
    EXPECT(AC_MISUSE_USABLE_FREED, ac_slate.usable_size(heap, freed));
    EXPECT(AC_MISUSE_FREE_INTERIOR, ac_slate.free(heap, block + 16));
    EXPECT(AC_MISUSE_FREE_MISALIGNED, ac_slate.free(heap, block + 1));
    EXPECT(AC_MISUSE_FREE_FOREIGN, ac_slate.free(heap, elsewhere));
    EXPECT(AC_MISUSE_FREE_WILD, ac_slate.free(heap, block + 20 * PAGE / 2));
    EXPECT(AC_MISUSE_WRONG_SIZE, ac_slate.free_sized(heap, block, 99));
    assert_null(ac_slate.check(heap));
    ac_slate.free(heap, block);
    ac_slate.close(heap);
}

static void errors_are_as_guaranteed(void **state) {
    (void)state;
    struct pages pages;
    struct ac_page_source source = pages_of(&pages, AC_SOURCE_BOTH);
    void *heap = open_on(&source, &pages), *out = &pages;
    errno = 0;
    assert_null(ac_slate.malloc(heap, (size_t)PTRDIFF_MAX + 1));
    assert_int_equal(errno, ENOMEM);
    assert_null(ac_slate.aligned_alloc(heap, 48, 48));
    assert_int_equal(errno, EINVAL);
    assert_null(ac_slate.memalign(heap, 0, 48));
    assert_int_equal(errno, EINVAL);
    assert_int_equal(ac_slate.posix_memalign(heap, &out, 2, 48), EINVAL);
    assert_ptr_equal(out, &pages);
    void *aligned = ac_slate.aligned_alloc(heap, 256, 100);
    assert_int_equal((uintptr_t)aligned % 256, 0);
    ac_slate.free_aligned_sized(heap, aligned, 256, 100);
    ac_slate.close(heap);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_source_serves),
        cmocka_unit_test(misuse_is_caught_with_the_guaranteed_text),
        cmocka_unit_test(errors_are_as_guaranteed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
