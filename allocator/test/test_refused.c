// SPDX-License-Identifier: MIT
// Refuses every page request of a fixed workload, alone and with all later ones. Live blocks
// keep their content, a failed realloc keeps its block, the heap stays sound, nothing leaks.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "pages.h"

enum { BLOCKS = 200 };

struct live {
    unsigned char *start;
    size_t size;
};

struct work {
    struct slate_heap *heap;
    struct live live[BLOCKS];
    unsigned failed;
};

static size_t size_of(unsigned i) {
    static const size_t sizes[] = {0, 24, 100, 1000, 5000, 8191, 9000, 16383, 16384, 40000, 70000};
    return sizes[i % (sizeof sizes / sizeof *sizes)] + i / 20;
}

static void verify(const struct live *live, unsigned mark, size_t size) {
    size_t same = 0;
    while (same < size && live->start[same] == (unsigned char)mark)
        same++;
    assert_int_equal(same, size);
}

static void expect_no_memory(struct work *w) {
    assert_int_equal(errno, ENOMEM);
    w->failed++;
    errno = 0;
}

static void allocate(struct work *w, unsigned i) {
    struct live *live = &w->live[i];
    live->size = size_of(i);
    live->start = i % 5 == 1   ? slate_heap_aligned_alloc(w->heap, 16384, live->size)
                  : i % 5 == 3 ? slate_heap_calloc(w->heap, 1, live->size)
                               : slate_heap_malloc(w->heap, live->size);
    if (live->start == NULL) {
        expect_no_memory(w);
        return;
    }
    if (i % 5 == 3)
        verify(live, 0, live->size);
    memset(live->start, (int)i, live->size);
}

static void resize(struct work *w, unsigned i) {
    struct live *live = &w->live[i];
    if (live->start == NULL)
        return;
    size_t size = i % 3 == 0 ? live->size / 2 : live->size * 2 + 100;
    unsigned char *moved = slate_heap_realloc(w->heap, live->start, size);
    if (moved == NULL) {
        assert_true(size > live->size);
        expect_no_memory(w);
        verify(live, i, live->size);
        return;
    }
    live->start = moved;
    verify(live, i, size < live->size ? size : live->size);
    live->size = size;
    memset(moved, (int)i, size);
}

static void drop(struct work *w, unsigned i) {
    struct live *live = &w->live[i];
    if (live->start == NULL)
        return;
    verify(live, i, live->size);
    slate_heap_free_sized(w->heap, live->start, live->size);
    live->start = NULL;
}

static void frame(struct work *w) {
    slate_heap_enter(w->heap);
    for (size_t size = 10; size < 100000; size *= 9) {
        unsigned char *block = slate_heap_alloca(w->heap, size);
        if (block == NULL)
            expect_no_memory(w);
        else
            memset(block, 0x77, size);
    }
    assert_int_equal(slate_heap_leave(w->heap), 0);
}

static void sound(struct work *w) {
    const char *reason = slate_heap_check(w->heap);
    if (reason != NULL)
        fail_msg("%s", reason);
}

static void all_of_it(struct work *w) {
    errno = 0;
    for (unsigned i = 0; i < BLOCKS; i++) {
        allocate(w, i);
        if (i % 2 == 1)
            resize(w, i / 2);
        if (i % 3 == 2)
            drop(w, i / 3);
        if (i % 40 == 0)
            frame(w);
        if (i % 90 == 0)
            slate_heap_trim(w->heap);
    }
    sound(w);
    for (unsigned i = 0; i < BLOCKS; i++)
        drop(w, i);
    sound(w);
}

/* Returns the number of page requests; 0: the heap did not open. */
static unsigned run(unsigned offered, unsigned at, unsigned from, unsigned keep) {
    static struct pages pages;
    struct slate_source source = pages_source(&pages, offered, 4096);
    pages.refuse_at = at;
    pages.refuse_from = from;
    pages.keep = keep;
    pages.dirty = 1;
    struct work w = {
        .heap = slate_open(&(struct slate_options){.source = &source, .region_size = 65536})};
    if (w.heap == NULL) {
        assert_int_equal(pages.held, 0);
        return 0;
    }
    all_of_it(&w);
    struct slate_statistics s;
    slate_heap_statistics(w.heap, &s);
    assert_int_equal(s.live_blocks + s.live_bytes + s.frame_blocks + s.frame_depth, 0);
    assert_int_equal(s.held_bytes, pages.held);
    assert_true(from == 0 || pages.calls < from || w.failed > 0);
    unsigned calls = pages.calls;
    slate_close(w.heap);
    assert_int_equal(pages.wrong, 0);
    assert_int_equal(pages.held, 0);
    return calls;
}

static void sweep(unsigned offered) {
    unsigned calls = run(offered, 0, 0, 0);
    assert_true(calls > 20);
    for (unsigned k = 1; k <= calls; k++) {
        run(offered, k, 0, 0);
        run(offered, 0, k, 0);
    }
}

static void mappings_refused(void **state) {
    (void)state;
    sweep(PAGES_MAP);
}

static void remapping_refused(void **state) {
    (void)state;
    sweep(PAGES_MAP | PAGES_REMAP);
}

static void the_break_refused(void **state) {
    (void)state;
    sweep(PAGES_GROW);
}

static void both_refused(void **state) {
    (void)state;
    sweep(PAGES_GROW | PAGES_MAP | PAGES_REMAP);
}

static void unmapping_refused(void **state) {
    (void)state;
    for (unsigned keep = 1; keep < 60; keep++)
        run(PAGES_MAP | PAGES_REMAP, 0, 0, keep);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mappings_refused),  cmocka_unit_test(remapping_refused),
        cmocka_unit_test(the_break_refused), cmocka_unit_test(both_refused),
        cmocka_unit_test(unmapping_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
