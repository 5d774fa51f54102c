// SPDX-License-Identifier: MIT
//
// Small blocks: spans of slots of one class. The newest freed slot of a span is live first.
#include "canary.h"
#include "heap.h"
#include "poison.h"

static void list_push(struct slate_heap *heap, struct span *span) {
    struct span **list = &heap->open[span->class];
    span->prev = NULL;
    span->next = *list;
    if (span->next != NULL)
        span->next->prev = span;
    *list = span;
}

static void list_remove(struct slate_heap *heap, struct span *span) {
    if (span->next != NULL)
        span->next->prev = span->prev;
    if (span->prev != NULL)
        span->prev->next = span->next;
    else
        heap->open[span->class] = span->next;
}

// The grains remember what they held, so that a stale pointer is told from one that was never live.
static void remember(struct span *span) {
    for (uint32_t i = 0; i < span->grains; i++) {
        span[i].was = (uint8_t)(span->class + 1);
        span[i].was_back = (uint16_t)i;
    }
}

static void retire(struct slate_heap *heap, struct span *span) {
    list_remove(heap, span);
    heap->spans[span->class]--;
    remember(span);
    span->kind = 0;
    run_give(heap, span, span->grains);
}

bool slots_flush(struct slate_heap *heap) {
    bool any = false;
    for (unsigned c = 0; c < CLASSES; c++) {
        for (struct span *span = heap->open[c], *next; span != NULL; span = next) {
            next = span->next;
            if (span->slots.used == 0) {
                retire(heap, span);
                any = true;
            }
        }
    }
    return any;
}

static struct span *take_grains(struct slate_heap *heap, size_t grains, bool *clean) {
    struct span *span = run_take(heap, grains, GRAIN, clean);
    if (span == NULL && (slots_flush(heap) || region_add(heap, grains)))
        span = run_take(heap, grains, GRAIN, clean);
    if (span == NULL && region_add(heap, grains))
        span = run_take(heap, grains, GRAIN, clean);
    return span;
}

// The more spans a class has, the longer the next, while a run of that length is at hand.
static size_t wished_grains(const struct slate_heap *heap, unsigned class, size_t least) {
    size_t wish = least;
    for (uint32_t i = 0; i < heap->spans[class] && wish * 2 <= SPAN_GRAINS; i++)
        wish *= 2;
    return wish;
}

static struct span *take_span(struct slate_heap *heap, unsigned class, bool *clean) {
    size_t least = class_grains(class_size(class));
    size_t wish = wished_grains(heap, class, least);
    struct span *span = wish > least ? run_take(heap, wish, GRAIN, clean) : NULL;
    return span != NULL ? span : take_grains(heap, least, clean);
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
    span->slots.capacity = (uint16_t)(((size_t)span->grains << GRAIN_SHIFT) / size);
    atomic_store_explicit(&span->slots.fresh, 0, memory_order_relaxed);
    span->kind = SPAN_SLOTS;
    heap->spans[class]++;
    list_push(heap, span);
    return span;
}

// The slot's number; *clean is whether it is still as the source gave it.
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
    if (++span->slots.used == span->slots.capacity)
        list_remove(heap, span);
    size_t room = span->slots.size;
    char *start = span_start(span) + number * room;
    poison_live(start, size, room);
    canary_write(heap, start, size, room);
    state_set(&span_states(span)[number], (uint16_t)(SLOT_LIVE | (room - size)));
    return start;
}

// One empty span of a class is kept, so that a loop over its boundary asks for nothing.
void slots_take_back(struct slate_heap *heap, const struct block *block) {
    struct span *span = block->span;
    state_set(block->state, span->slots.free);
    span->slots.free = (uint16_t)(block->state - span_states(span) + 1);
    if (span->slots.used-- == span->slots.capacity)
        list_push(heap, span);
    if (span->slots.used == 0 && (heap->open[span->class] != span || span->next != NULL))
        retire(heap, span);
}
