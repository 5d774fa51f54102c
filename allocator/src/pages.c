// SPDX-License-Identifier: MIT
//
// Everything that is asked of the source goes through here, counted and limited.
#include "heap.h"

#define EXTRA_BYTES ((size_t)16384) // asked for at a time for descriptions

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

static void *map_once(struct slate_heap *heap, size_t size) {
    void *start = may_hold(heap, size) ? heap->source.map(heap->source.ctx, size) : NULL;
    if (start != NULL)
        count_held(heap, size, 0);
    return start;
}

void *pages_map(struct slate_heap *heap, size_t size) {
    if (heap->source.map == NULL)
        return NULL;
    void *start = map_once(heap, size);
    if (start == NULL && region_drop_unused(heap))
        start = map_once(heap, size);
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

bool pages_give(struct slate_heap *heap, void *start, size_t size, bool grown) {
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
    size_t size = pages_round(heap, bytes + sizeof(struct extra) + EXTRA_BYTES);
    struct extra *extra = size == 0 ? NULL : pages_map(heap, size);
    if (extra == NULL)
        return false;
    extra->next = heap->extras;
    extra->size = size;
    heap->extras = extra;
    heap->meta = (char *)(extra + 1);
    heap->meta_end = (char *)extra + size;
    return true;
}

void *meta_take(struct slate_heap *heap, size_t bytes) {
    void *taken = heap->meta;
    heap->meta += round_up(bytes, BLOCK_ALIGN);
    return taken;
}
