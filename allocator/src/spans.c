// SPDX-License-Identifier: MIT
// Spans: where their grains come from, and where they go.
#include "heap.h"

/* The grains remember their last use, so that a stale pointer is reported as a double free. */
static void remember(struct span *span) {
    for (uint32_t i = 0; i < span->grains; i++) {
        span[i].last_use = (uint8_t)(span->class + 1);
        span[i].last_offset = (uint16_t)i;
    }
}

void span_retire(struct slate_heap *heap, struct span *span) {
    span_unlist(heap, span);
    heap->spans[span->class]--;
    remember(span);
    span->kind = 0;
    run_free(heap, span, span->grains);
}

bool spans_flush(struct slate_heap *heap) {
    bool any = false;
    for (unsigned c = 0; c < CLASSES; c++) {
        for (struct span *span = heap->open[c], *next; span != NULL; span = next) {
            next = span->next;
            if (span->slots.used == 0) {
                span_retire(heap, span);
                any = true;
            }
        }
    }
    return any;
}

struct span *span_take(struct slate_heap *heap, size_t grains, size_t alignment, bool *clean) {
    struct span *span = run_take(heap, grains, alignment, clean);
    if (span == NULL && spans_flush(heap))
        span = run_take(heap, grains, alignment, clean);
    size_t lead = alignment <= GRAIN ? 0 : alignment >> GRAIN_SHIFT;
    if (span == NULL && region_add(heap, grains + lead))
        span = run_take(heap, grains, alignment, clean);
    return span;
}
