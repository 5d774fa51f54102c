// SPDX-License-Identifier: MIT
// Small blocks: spans of slots of one class. A span reuses its most recently freed slot first.
#include "canary.h"
#include "heap.h"
#include "poison.h"

/* The more spans a class has, the longer the next one, if a free run of that length exists. */
static size_t preferred_grains(const struct slate_heap *heap, unsigned class, size_t least) {
    size_t wish = least;
    for (uint32_t i = 0; i < heap->spans[class] && wish * 2 <= SPAN_GRAINS; i++)
        wish *= 2;
    return wish;
}

static struct span *take_span(struct slate_heap *heap, unsigned class, bool *clean) {
    size_t least = class_grains(class_size(class));
    size_t wish = preferred_grains(heap, class, least);
    struct span *span = wish > least ? run_take(heap, wish, GRAIN, clean) : NULL;
    return span != NULL ? span : span_take(heap, least, GRAIN, clean);
}

static struct span *open_span(struct slate_heap *heap, unsigned class) {
    bool clean = false;
    struct span *span = take_span(heap, class, &clean);
    if (span == NULL)
        return NULL;
    size_t size = class_size(class);
    span->class = (uint8_t) class;
    span->clean = clean;
    span->slots.size = (uint32_t)size;
    span->slots.magic = (uint32_t)((((uint64_t)1 << 32) + size - 1) / size);
    span->slots.free = 0;
    span->slots.used = 0;
    span->slots.count = (uint16_t)(((size_t)span->grains << GRAIN_SHIFT) / size);
    atomic_store_explicit(&span->slots.fresh, 0, memory_order_relaxed);
    span->kind = SPAN_SLOTS;
    heap->spans[class]++;
    span_list(heap, span);
    return span;
}

/* Returns the slot number. *clean: the slot was never used, and the source's pages were zero. */
static unsigned pop_slot(struct span *span, bool *clean) {
    unsigned number = span->slots.free;
    *clean = number == 0 && span->clean;
    if (number == 0) {
        number = slots_fresh(span);
        atomic_store_explicit(&span->slots.fresh, (uint16_t)(number + 1), memory_order_relaxed);
        return number;
    }
    span->slots.free = state_get(&span_states(span)[number - 1]);
    return number - 1;
}

void *slots_allocate(struct slate_heap *heap, unsigned class, size_t size, bool *clean) {
    struct span *span = heap->open[class];
    if (span == NULL && (span = open_span(heap, class)) == NULL)
        return NULL;
    unsigned number = pop_slot(span, clean);
    if (++span->slots.used == span->slots.count)
        span_unlist(heap, span);
    size_t capacity = span->slots.size;
    char *start = span_start(span) + number * capacity;
    poison_live(start, size, capacity);
    canary_write(heap, start, size, capacity);
    state_set(&span_states(span)[number], (uint16_t)(SLOT_LIVE | (capacity - size)));
    return start;
}

/* Keeps one empty span per class, so that a loop across a span's end requests no pages. */
void slots_free(struct slate_heap *heap, const struct block *block) {
    struct span *span = block->span;
    state_set(block->state, span->slots.free);
    span->slots.free = (uint16_t)(block->state - span_states(span) + 1);
    if (span->slots.used-- == span->slots.count)
        span_list(heap, span);
    if (span->slots.used == 0 && (heap->open[span->class] != span || span->next != NULL))
        span_retire(heap, span);
}
