// SPDX-License-Identifier: MIT
// The integrity walk reports each kind of planted damage, and nothing once the damage is undone.
// The only test that uses internals.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "heap.h"
#include "pages.h"

static struct pages pages;
static struct slate_heap *heap;

static int open_heap(void **state) {
    (void)state;
    struct slate_source source = pages_source(&pages, PAGES_MAP, 4096);
    heap = slate_open(&(struct slate_options){.source = &source, .region_size = 65536});
    return heap == NULL;
}

static int close_heap(void **state) {
    (void)state;
    slate_close(heap);
    return 0;
}

static void expect_reason(const char *reason) {
    const char *given = slate_heap_check(heap);
    assert_non_null(given);
    assert_string_equal(given, reason);
}

#define DAMAGE(field, value, reason)                                                               \
    do {                                                                                           \
        assert_null(slate_heap_check(heap));                                                       \
        __typeof__(field) kept = field;                                                            \
        field = (__typeof__(field))(value);                                                        \
        expect_reason(reason);                                                                     \
        field = kept;                                                                              \
        assert_null(slate_heap_check(heap));                                                       \
    } while (0)

static struct span *span_of(const void *block) {
    struct region *region = heap->primary;
    size_t grain = (size_t)((const char *)block - region->base) >> GRAIN_SHIFT;
    return &region->spans[region->owner[grain] - 1];
}

static void slots(void **state) {
    (void)state;
    void *first = slate_heap_malloc(heap, 100), *freed = slate_heap_malloc(heap, 100);
    assert_non_null(slate_heap_malloc(heap, 100));
    slate_heap_free(heap, freed);
    struct span *span = span_of(first);
    uint16_t *states = (uint16_t *)(void *)span_states(span);
    DAMAGE(span->slots.used, 1, "slate: a span's used slots do not add up");
    DAMAGE(span->slots.used, 4, "slate: a span's counters are wrong");
    DAMAGE(span->class, 2, "slate: a span's class is wrong");
    DAMAGE(span->slots.free, 0, "slate: a free slot was lost");
    DAMAGE(span->slots.free, 60, "slate: a span's free slots are not one list");
    DAMAGE(states[1], 2, "slate: a span's free slots are not one list");
    DAMAGE(states[0], SLOT_LIVE, "slate: a slot's slack does not fit in it");
    DAMAGE(states[0], SLOT_LIVE | 113, "slate: a slot's slack does not fit in it");
    DAMAGE(states[0], SLOT_LIVE | 13, "slate: memory after a live block was overwritten");
    DAMAGE(span->prev, span, "slate: a class's list of spans is broken");
    DAMAGE(span->kind, 0, "slate: a span is of no kind");
}

static void grains(void **state) {
    (void)state;
    void *small = slate_heap_malloc(heap, 100), *large = slate_heap_malloc(heap, 12000);
    void *gap = slate_heap_malloc(heap, 9000);
    assert_non_null(slate_heap_malloc(heap, 9000));
    slate_heap_free(heap, gap);
    struct span *span = span_of(large);
    struct region *region = heap->primary;
    uint32_t first = span_first(span);
    struct span *run = span + span->grains;
    DAMAGE(span->grains, 100, "slate: a span leaves its region");
    DAMAGE(span->run, 1, "slate: a used span is marked free");
    DAMAGE(region->owner[first + 1], 1, "slate: a grain belongs to another span");
    DAMAGE(run->run, 100, "slate: a free run leaves its region");
    DAMAGE(run->run, 5, "slate: a free run holds a used grain");
    DAMAGE(run[run->run - 1].run, 1, "slate: a free run's ends differ");
    DAMAGE(span->large.size, 12288, "slate: a large block does not fit in its range");
    DAMAGE(span->large.size, 11999, "slate: memory after a live block was overwritten");
    uint16_t *live = (uint16_t *)(void *)&span->large.state;
    DAMAGE(*live, 0, "slate: a large block is neither live nor free");
    DAMAGE(heap->bin_map[0], 0, "slate: the map of bins is wrong");
    DAMAGE(run->prev, run, "slate: a bin's list is broken");
    assert_non_null(small);
}

static void counters(void **state) {
    (void)state;
    slate_heap_enter(heap);
    void *piece = slate_heap_alloca(heap, 10);
    assert_non_null(slate_heap_malloc(heap, 10));
    DAMAGE(heap->statistics.live_blocks, 2, "slate: the counter of live blocks is wrong");
    DAMAGE(heap->statistics.live_bytes, 11, "slate: the counter of live bytes is wrong");
    DAMAGE(heap->statistics.frame_bytes, 11, "slate: the counters of frames are wrong");
    DAMAGE(span_of(piece)->frame.level, 2, "slate: frame memory is inconsistent");
}

static void regions(void **state) {
    (void)state;
    assert_non_null(slate_heap_malloc(heap, 100000));
    struct region *region = heap->regions;
    assert_true(region->mapping);
    directory_remove(heap, region);
    expect_reason("slate: a region is not found by its address");
    directory_add(heap, region, 1);
    assert_null(slate_heap_check(heap));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(slots, open_heap, close_heap),
        cmocka_unit_test_setup_teardown(grains, open_heap, close_heap),
        cmocka_unit_test_setup_teardown(counters, open_heap, close_heap),
        cmocka_unit_test_setup_teardown(regions, open_heap, close_heap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
