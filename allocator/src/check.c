// SPDX-License-Identifier: MIT
// The integrity walk: checks every structure against every other. It keeps the first fault as
// the reason and trusts nothing after it.
#include "canary.h"
#include "heap.h"
#include "lock.h"

struct walk {
    const struct slate_heap *heap;
    const char *reason;
    size_t live_blocks, live_bytes;
    size_t claimed; /* blocks whose free does not hold the lock yet */
    size_t runs;
    size_t frame_blocks, frame_bytes;
};

static bool expect(struct walk *walk, bool holds, const char *reason) {
    if (!holds && walk->reason == NULL)
        walk->reason = reason;
    return holds;
}

static void check_live(struct walk *walk, const char *start, size_t size, size_t capacity) {
    walk->live_blocks++;
    walk->live_bytes += size;
    expect(walk, canary_seen_intact(walk->heap, start, size, capacity),
           "slate: memory after a live block was overwritten");
}

static void check_slot(struct walk *walk, const struct span *span, unsigned number) {
    uint16_t state = state_get(&span_states(span)[number]);
    size_t capacity = span->slots.size, slack = state & (uint16_t)~SLOT_LIVE;
    walk->claimed += state == SLOT_CLAIMED;
    if ((state & SLOT_LIVE) != 0 &&
        expect(walk, slack > 0 && slack <= capacity, "slate: a slot's slack does not fit in it"))
        check_live(walk, span_start(span) + number * capacity, capacity - slack, capacity);
}

static void check_free_slots(struct walk *walk, const struct span *span, size_t expected) {
    size_t seen = 0;
    unsigned at = span->slots.free;
    while (at != 0 && expect(walk, at <= slots_fresh(span) && seen < expected,
                             "slate: a span's free slots are not one list")) {
        at = state_get(&span_states(span)[at - 1]);
        seen++;
    }
    expect(walk, seen == expected, "slate: a free slot was lost");
}

static void check_slots(struct walk *walk, const struct span *span) {
    unsigned fresh = slots_fresh(span);
    size_t before = walk->live_blocks + walk->claimed;
    if (!expect(walk, span->class < CLASSES && span->slots.size == class_size(span->class),
                "slate: a span's class is wrong") ||
        !expect(walk, fresh <= span->slots.count && span->slots.used <= fresh,
                "slate: a span's counters are wrong"))
        return;
    for (unsigned i = 0; i < fresh; i++)
        check_slot(walk, span, i);
    size_t used = walk->live_blocks + walk->claimed - before;
    if (expect(walk, used == span->slots.used, "slate: a span's used slots do not add up"))
        check_free_slots(walk, span, fresh - used);
}

static void check_large(struct walk *walk, const struct span *span, size_t capacity) {
    uint16_t state = state_get(&span->large.state);
    walk->claimed += state == SLOT_CLAIMED;
    expect(walk, state == SLOT_CLAIMED || state == SLOT_LIVE,
           "slate: a large block is neither live nor free");
    if (state == SLOT_LIVE &&
        expect(walk, span->large.size < capacity, "slate: a large block does not fit in its range"))
        check_live(walk, span_start(span), span->large.size, capacity);
}

static void check_frame(struct walk *walk, const struct span *span) {
    walk->frame_blocks += span->frame.blocks;
    walk->frame_bytes += span->frame.asked;
    expect(walk,
           span->frame.used <= (size_t)span->grains << GRAIN_SHIFT && span->frame.level > 0 &&
               span->frame.level <= walk->heap->statistics.frame_depth,
           "slate: frame memory is inconsistent");
}

static void check_kind(struct walk *walk, const struct span *span) {
    expect(walk, span->kind >= SPAN_SLOTS && span->kind <= SPAN_FRAME,
           "slate: a span is of no kind");
    if (span->kind == SPAN_SLOTS)
        check_slots(walk, span);
    if (span->kind == SPAN_LARGE)
        check_large(walk, span, (size_t)span->grains << GRAIN_SHIFT);
    if (span->kind == SPAN_FRAME)
        check_frame(walk, span);
}

/* Each returns the length of the span or run that it checked; 0 if that is corrupt. */
static size_t check_used(struct walk *walk, const struct region *region, size_t grain) {
    const struct span *span = &region->spans[grain];
    bool sound = expect(
        walk, span->region == region && span->grains != 0 && span->grains <= region->grains - grain,
        "slate: a span leaves its region");
    for (size_t i = 0; sound && i < span->grains; i++)
        sound = expect(walk, owner_of(region, grain + i) == grain + 1,
                       "slate: a grain belongs to another span");
    if (!sound || !expect(walk, span->run == 0, "slate: a used span is marked free"))
        return 0;
    check_kind(walk, span);
    return span->grains;
}

static size_t check_free(struct walk *walk, const struct region *region, size_t grain) {
    const struct span *run = &region->spans[grain];
    bool sound =
        expect(walk, run->region == region && run->run != 0 && run->run <= region->grains - grain,
               "slate: a free run leaves its region");
    size_t end = sound ? grain + run->run : grain;
    for (size_t i = grain; sound && i < end && i < region_fresh(region); i++)
        sound = expect(walk, region->owner[i] == 0, "slate: a free run holds a used grain");
    if (!sound)
        return 0;
    expect(walk, run[run->run - 1].run == run->run, "slate: a free run's ends differ");
    expect(walk, end == region->grains || owner_of(region, end) != 0,
           "slate: two free runs were not joined");
    walk->runs++;
    return run->run;
}

static void check_grains(struct walk *walk, const struct region *region) {
    size_t length = 1;
    for (size_t grain = 0; grain < region->grains && length != 0; grain += length)
        length = owner_of(region, grain) != 0 ? check_used(walk, region, grain)
                                              : check_free(walk, region, grain);
}

static void check_regions(struct walk *walk) {
    const struct slate_heap *heap = walk->heap;
    const struct region *region = heap->regions;
    for (; region != NULL && walk->reason == NULL; region = region->next) {
        size_t bytes = region_bytes(region);
        if (bytes == 0)
            continue;
        expect(walk, region == heap->primary || directory_find(heap, region->base) == region,
               "slate: a region is not found by its address");
        if (region->mapping)
            check_large(walk, &region->block_span, bytes);
        else
            check_grains(walk, region);
    }
}

static void check_bin(struct walk *walk, unsigned bin, size_t *runs) {
    const struct span *before = NULL, *run = walk->heap->bins[bin];
    while (run != NULL &&
           expect(walk, run_bin(run->run) == bin && run->prev == before && *runs < walk->runs,
                  "slate: a bin's list is broken")) {
        before = run;
        run = run->next;
        ++*runs;
    }
}

static void check_bins(struct walk *walk) {
    size_t runs = 0;
    for (unsigned bin = 0; bin < BINS; bin++) {
        bool marked = (walk->heap->bin_map[bin / 64] >> (bin % 64) & 1) != 0;
        expect(walk, marked == (walk->heap->bins[bin] != NULL), "slate: the map of bins is wrong");
        check_bin(walk, bin, &runs);
    }
    expect(walk, runs == walk->runs, "slate: a free run is in no bin");
}

static void check_open(struct walk *walk) {
    for (unsigned c = 0; c < CLASSES; c++) {
        const struct span *before = NULL, *span = walk->heap->open[c];
        while (span != NULL &&
               expect(walk,
                      span->kind == SPAN_SLOTS && span->class == c && span->prev == before &&
                          span->slots.used < span->slots.count,
                      "slate: a class's list of spans is broken")) {
            before = span;
            span = span->next;
        }
    }
}

static void check_counters(struct walk *walk) {
    const struct slate_statistics *s = &walk->heap->statistics;
    expect(walk, s->live_blocks == walk->live_blocks + walk->claimed,
           "slate: the counter of live blocks is wrong");
    expect(walk, walk->claimed != 0 || s->live_bytes == walk->live_bytes,
           "slate: the counter of live bytes is wrong");
    expect(walk, s->frame_blocks == walk->frame_blocks && s->frame_bytes == walk->frame_bytes,
           "slate: the counters of frames are wrong");
}

const char *slate_heap_check(struct slate_heap *heap) {
    static void (*const parts[])(struct walk *) = {check_regions, check_bins, check_open,
                                                   check_counters};
    struct walk walk = {.heap = heap};
    lock_take(heap);
    for (size_t i = 0; i < sizeof parts / sizeof *parts && walk.reason == NULL; i++)
        parts[i](&walk);
    lock_release(heap);
    return walk.reason;
}
