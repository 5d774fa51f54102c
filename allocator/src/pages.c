// SPDX-License-Identifier: MIT
// All requests to the page source: counted, and refused above the limit.
#include "heap.h"

#define META_RANGE_BYTES ((size_t)16384) /* of one request for descriptions */

size_t pages_round(const struct slate_heap *heap, size_t size) {
    size_t page = heap->source.page_size;
    return size > PTRDIFF_MAX - page ? 0 : round_up(size, page);
}

static bool may_hold(const struct slate_heap *heap, size_t more) {
    size_t held = heap->statistics.held_bytes;
    return heap->limit == 0 || (held <= heap->limit && more <= heap->limit - held);
}

static void count_held(struct slate_heap *heap, size_t more, size_t less) {
    struct slate_statistics *s = &heap->statistics;
    s->held_bytes += more - less;
    if (s->held_bytes > s->peak_bytes)
        s->peak_bytes = s->held_bytes;
}

void *pages_map(struct slate_heap *heap, size_t size) {
    if (heap->source.map == NULL || !may_hold(heap, size))
        return NULL;
    void *start = heap->source.map(heap->source.ctx, size);
    if (start != NULL)
        count_held(heap, size, 0);
    return start;
}

void *pages_grow(struct slate_heap *heap, size_t size) {
    bool once = (heap->source.flags & SLATE_SOURCE_WHOLE) != 0;
    if (heap->source.grow == NULL || once || !may_hold(heap, size))
        return NULL;
    void *start = heap->source.grow(heap->source.ctx, size);
    if (start != NULL)
        count_held(heap, size, 0);
    return start;
}

void *pages_remap(struct slate_heap *heap, void *start, size_t old, size_t size, bool may_move) {
    if (heap->source.remap == NULL || (size > old && !may_hold(heap, size - old)))
        return NULL;
    void *moved = heap->source.remap(heap->source.ctx, start, old, size, may_move);
    if (moved != NULL)
        count_held(heap, size, old);
    return moved;
}

bool pages_return(struct slate_heap *heap, void *start, size_t size, bool grown) {
    const struct slate_source *source = &heap->source;
    if (!grown) {
        if (source->unmap == NULL || source->unmap(source->ctx, start, size) != 0)
            return false;
    } else if (source->shrink == NULL || source->shrink(source->ctx, start, size) != 0) {
        return false;
    }
    count_held(heap, 0, size);
    return true;
}

bool meta_reserve(struct slate_heap *heap, size_t bytes) {
    if ((size_t)(heap->meta_end - heap->meta) >= bytes)
        return true;
    size_t size = pages_round(heap, bytes + sizeof(struct meta_range) + META_RANGE_BYTES);
    struct meta_range *range = size == 0 ? NULL : pages_map(heap, size);
    if (range == NULL)
        return false;
    range->next = heap->meta_ranges;
    range->size = size;
    heap->meta_ranges = range;
    heap->meta = (char *)(range + 1);
    heap->meta_end = (char *)range + size;
    return true;
}

void *meta_take(struct slate_heap *heap, size_t bytes) {
    void *taken = heap->meta;
    heap->meta += round_up(bytes, BLOCK_ALIGN);
    return taken;
}
