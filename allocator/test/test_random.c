// SPDX-License-Identifier: MIT
// Long random workloads on every kind of source. Content, alignment, usable size, statistics and
// the integrity walk must match a simple record of the calls.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "pages.h"

enum { SLOTS = 200 };

struct held {
    unsigned char *start;
    size_t size;
    unsigned char mark;
};

struct work {
    struct slate_heap *heap;
    struct held held[SLOTS];
    size_t blocks, bytes;
    uint64_t random;
    size_t most;
};

static uint64_t next(struct work *w) {
    w->random ^= w->random << 13;
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return w->random;
}

static size_t a_size(struct work *w) {
    uint64_t kind = next(w) % 16;
    size_t size = kind < 9 ? next(w) % 130 : kind < 13 ? next(w) % 9000 : next(w) % w->most;
    return size < w->most ? size : w->most;
}

static void fill(struct work *w, struct held *h) {
    h->mark = (unsigned char)next(w);
    memset(h->start, h->mark, h->size);
}

static void verify(const struct held *h, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (h->start[i] != h->mark)
            fail_msg("byte %zu of %zu is %02x, not %02x", i, h->size, h->start[i], h->mark);
}

static void drop(struct work *w, struct held *h) {
    if (h->start == NULL)
        return;
    verify(h, h->size);
    w->blocks--;
    w->bytes -= h->size;
    if (next(w) % 4 == 0)
        slate_heap_free_sized(w->heap, h->start, h->size);
    else
        slate_heap_free(w->heap, h->start);
    h->start = NULL;
}

static void allocate(struct work *w, struct held *h) {
    size_t size = a_size(w), alignment = 16;
    uint64_t kind = next(w) % 8;
    if (kind == 0) {
        h->start = slate_heap_calloc(w->heap, size, 1);
        for (size_t i = 0; h->start != NULL && i < size; i++)
            assert_int_equal(h->start[i], 0);
    } else if (kind == 1) {
        alignment = (size_t)1 << next(w) % 17;
        h->start = slate_heap_aligned_alloc(w->heap, alignment, size);
    } else {
        h->start = slate_heap_malloc(w->heap, size);
    }
    if (h->start == NULL)
        return;
    assert_int_equal((uintptr_t)h->start % alignment, 0);
    assert_int_equal(slate_heap_malloc_usable_size(w->heap, h->start), size);
    h->size = size;
    w->blocks++;
    w->bytes += size;
    fill(w, h);
}

static void resize(struct work *w, struct held *h) {
    size_t size = next(w) % 3 == 0 ? h->size + next(w) % 64 : a_size(w);
    unsigned char *moved = slate_heap_realloc(w->heap, h->start, size);
    if (moved == NULL) {
        assert_true(size > h->size);
        verify(h, h->size);
        return;
    }
    h->start = moved;
    verify(h, size < h->size ? size : h->size);
    assert_int_equal(slate_heap_malloc_usable_size(w->heap, moved), size);
    w->bytes += size - h->size;
    h->size = size;
    fill(w, h);
}

static void step(struct work *w) {
    struct held *h = &w->held[next(w) % SLOTS];
    if (h->start == NULL)
        allocate(w, h);
    else if (next(w) % 3 == 0)
        resize(w, h);
    else
        drop(w, h);
}

static void inspect(struct work *w) {
    struct slate_statistics s;
    slate_heap_statistics(w->heap, &s);
    assert_int_equal(s.live_blocks, w->blocks);
    assert_int_equal(s.live_bytes, w->bytes);
    const char *reason = slate_heap_check(w->heap);
    if (reason != NULL)
        fail_msg("%s", reason);
}

static void frames(struct work *w) {
    slate_heap_enter(w->heap);
    for (int i = 0; i < 3; i++) {
        size_t size = a_size(w);
        void *block = slate_heap_alloca(w->heap, size);
        if (block != NULL)
            memset(block, 0x33, size);
    }
    for (int i = 0; i < 5; i++)
        step(w);
    assert_int_equal(slate_heap_leave(w->heap), 0);
}

static void run(const struct slate_options *options, uint64_t seed, size_t most) {
    struct work w = {.heap = slate_open(options), .random = seed * 2 + 1, .most = most};
    assert_non_null(w.heap);
    for (int i = 0; i < 4000; i++) {
        step(&w);
        if (i % 97 == 0)
            inspect(&w);
        if (i % 331 == 0)
            slate_heap_trim(w.heap);
        if (i % 53 == 0)
            frames(&w);
    }
    for (int i = 0; i < SLOTS; i++)
        drop(&w, &w.held[i]);
    inspect(&w);
    slate_close(w.heap);
}

static void on_pages(unsigned offered, size_t page, size_t misalign, size_t region, size_t limit) {
    static struct pages pages;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct slate_source source = pages_source(&pages, offered, page);
        pages.misalign = misalign;
        pages.dirty = seed % 2 == 0;
        source.flags = pages.dirty ? 0 : SLATE_SOURCE_ZEROED;
        run(
            &(struct slate_options){
                .source = &source, .region_size = region, .limit = limit, .seed = seed},
            seed, (size_t)1 << (12 + seed));
        assert_int_equal(pages.wrong, 0);
        assert_int_equal(pages.held, 0);
    }
}

static void on_mappings(void **state) {
    (void)state;
    on_pages(PAGES_MAP, 4096, 0, 65536, 0);
    on_pages(PAGES_MAP | PAGES_REMAP, 4096, 0, 65536, 0);
    on_pages(PAGES_MAP | PAGES_REMAP, 4096, 0, 0, 0);
}

static void on_other_page_sizes(void **state) {
    (void)state;
    on_pages(PAGES_MAP | PAGES_REMAP, 256, 0, 65536, 0);
    on_pages(PAGES_MAP, 16384, 0, 65536, 0);
    on_pages(PAGES_MAP | PAGES_REMAP, 65536, 0, 65536, 0);
}

static void on_misaligned_ranges(void **state) {
    (void)state;
    on_pages(PAGES_MAP | PAGES_REMAP, 4096, 1, 65536, 0);
    on_pages(PAGES_MAP, 4096, 1000, 65536, 0);
    on_pages(PAGES_MAP, 4096, 2048, 0, 0);
}

static void on_a_break(void **state) {
    (void)state;
    on_pages(PAGES_GROW, 4096, 0, 65536, 0);
    on_pages(PAGES_GROW | PAGES_MAP | PAGES_REMAP, 4096, 0, 0, 0);
}

static void under_a_limit(void **state) {
    (void)state;
    on_pages(PAGES_MAP | PAGES_REMAP, 4096, 0, 65536, 400000);
    on_pages(PAGES_GROW, 4096, 0, 65536, 400000);
    on_pages(PAGES_GROW | PAGES_MAP, 4096, 0, 65536, 400000);
}

static void on_buffers(void **state) {
    (void)state;
    static char buffer[1 << 20];
    for (uint64_t seed = 1; seed <= 12; seed++) {
        memset(buffer, 0xA5, sizeof buffer);
        struct slate_source source =
            slate_source_buffer(buffer + seed, (size_t)1 << (14 + seed / 2));
        run(&(struct slate_options){.source = &source, .seed = seed}, seed, 60000);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(on_mappings),          cmocka_unit_test(on_other_page_sizes),
        cmocka_unit_test(on_misaligned_ranges), cmocka_unit_test(on_a_break),
        cmocka_unit_test(under_a_limit),        cmocka_unit_test(on_buffers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
