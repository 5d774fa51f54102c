// SPDX-License-Identifier: MIT
// Statistics, heap walk, trim.
#include "heap.h"
#include "lock.h"

void slate_heap_statistics(struct slate_heap *heap, struct slate_statistics *out) {
    lock_take(heap);
    *out = heap->statistics;
    lock_release(heap);
}

struct visit {
    slate_visitor *call;
    void *ctx;
};

static int visit_slot(const struct visit *visit, const struct span *span, unsigned number) {
    uint16_t state = state_get(&span_states(span)[number]);
    size_t capacity = span->slots.size;
    char *start = span_start(span) + number * capacity;
    bool live = number < slots_fresh(span) && (state & SLOT_LIVE) != 0;
    size_t slack = live ? state & (uint16_t)~SLOT_LIVE : 0;
    return visit->call(visit->ctx, start, capacity - slack, live);
}

static int visit_slots(const struct visit *visit, const struct span *span) {
    int stop = 0;
    for (unsigned i = 0; i < span->slots.count && stop == 0; i++)
        stop = visit_slot(visit, span, i);
    return stop;
}

static int visit_span(const struct visit *visit, const struct span *span) {
    if (span->kind == SPAN_SLOTS)
        return visit_slots(visit, span);
    if (span->kind == SPAN_LARGE && state_get(&span->large.state) == SLOT_LIVE)
        return visit->call(visit->ctx, span_start(span), span->large.size, 1);
    return 0;
}

static int visit_region(const struct visit *visit, const struct region *region) {
    int stop = 0;
    for (size_t grain = 0; grain < region->grains && stop == 0;) {
        const struct span *span = &region->spans[grain];
        bool is_free = owner_of(region, grain) == 0;
        if (is_free)
            stop = visit->call(visit->ctx, span_start(span), (size_t)span->run << GRAIN_SHIFT, 0);
        else
            stop = visit_span(visit, span);
        grain += is_free ? span->run : span->grains;
    }
    return stop;
}

int slate_heap_walk(struct slate_heap *heap, slate_visitor *call, void *ctx) {
    struct visit visit = {call, ctx};
    int stop = 0;
    lock_take(heap);
    for (struct region *r = heap->regions; r != NULL && stop == 0; r = r->next) {
        if (region_bytes(r) == 0)
            continue;
        stop = r->mapping ? visit_span(&visit, &r->block_span) : visit_region(&visit, r);
    }
    lock_release(heap);
    return stop;
}

/* Offers the source the ranges that it refused to take back. */
static void offer_again(struct slate_heap *heap) {
    for (struct region *region = heap->regions; region != NULL; region = region->next) {
        if (region->unmap_refused && pages_return(heap, region->start, region->size, false)) {
            region->unmap_refused = false;
            region_retire(heap, region);
        }
    }
}

size_t slate_heap_trim(struct slate_heap *heap) {
    lock_take(heap);
    size_t held = heap->statistics.held_bytes;
    offer_again(heap);
    heap_reclaim(heap);
    size_t given = held - heap->statistics.held_bytes;
    lock_release(heap);
    return given;
}
