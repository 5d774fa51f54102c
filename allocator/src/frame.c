// SPDX-License-Identifier: MIT
// Frames: a stack of chunks of grains. One level owns each chunk; a level that allocates nothing
// has none.
#include <errno.h>
#include <string.h>

#include "heap.h"
#include "lock.h"
#include "poison.h"

static size_t chunk_capacity(const struct span *chunk) {
    return (size_t)chunk->grains << GRAIN_SHIFT;
}

static size_t piece_size(size_t size) {
    return round_up(padded_size(size), BLOCK_ALIGN);
}

static struct span *chunk_of_level(const struct slate_heap *heap) {
    struct span *chunk = heap->chunk;
    return chunk != NULL && chunk->frame.level == heap->statistics.frame_depth ? chunk : NULL;
}

static struct span *open_chunk(struct slate_heap *heap, size_t bytes) {
    bool clean;
    struct span *chunk = span_take(heap, grains_for(bytes), GRAIN, &clean);
    if (chunk == NULL)
        return NULL;
    chunk->frame.level = (uint32_t)heap->statistics.frame_depth;
    chunk->frame.blocks = 0;
    chunk->frame.asked = 0;
    chunk->frame.used = 0;
    chunk->kind = SPAN_FRAME;
    chunk->next = heap->chunk;
    heap->chunk = chunk;
    return chunk;
}

static void close_chunk(struct slate_heap *heap, struct span *chunk) {
    heap->chunk = chunk->next;
    heap->statistics.frame_blocks -= chunk->frame.blocks;
    heap->statistics.frame_bytes -= chunk->frame.asked;
    chunk->last_use = LAST_NONE;
    chunk->kind = 0;
    run_free(heap, chunk, chunk->grains);
}

static void *take_piece(struct slate_heap *heap, struct span *chunk, size_t size) {
    char *start = span_start(chunk) + chunk->frame.used;
    chunk->frame.used += piece_size(size);
    chunk->frame.asked += size;
    chunk->frame.blocks++;
    heap->statistics.frame_blocks++;
    heap->statistics.frame_bytes += size;
    unpoison(start, size);
    return start;
}

static void *take_locked(struct slate_heap *heap, const struct request *request) {
    size_t size = request->size;
    struct span *chunk = chunk_of_level(heap);
    if (chunk == NULL || chunk_capacity(chunk) - chunk->frame.used < piece_size(size))
        chunk = open_chunk(heap, piece_size(size));
    return chunk == NULL ? NULL : take_piece(heap, chunk, size);
}

void slate_heap_enter(struct slate_heap *heap) {
    lock_take(heap);
    heap->statistics.frame_depth++;
    lock_release(heap);
}

int slate_heap_leave(struct slate_heap *heap) {
    lock_take(heap);
    bool open = heap->statistics.frame_depth > 0;
    if (open) {
        struct span *chunk;
        while ((chunk = chunk_of_level(heap)) != NULL)
            close_chunk(heap, chunk);
        heap->statistics.frame_depth--;
    }
    lock_release(heap);
    if (!open)
        errno = EINVAL;
    return open ? 0 : -1;
}

void *slate_heap_alloca(struct slate_heap *heap, size_t size) {
    lock_take(heap);
    bool open = heap->statistics.frame_depth > 0;
    void *start = NULL;
    if (open && size <= PTRDIFF_MAX - GRAIN)
        start = heap_obtain(heap, take_locked, &(struct request){.size = size});
    lock_release(heap);
    if (start == NULL)
        errno = open ? ENOMEM : EINVAL;
    return start;
}

void *slate_heap_vla(struct slate_heap *heap, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count == 0 ? 1 : count, size, &bytes))
        bytes = SIZE_MAX;
    void *start = slate_heap_alloca(heap, bytes);
    return start == NULL ? NULL : memset(start, 0, bytes);
}
