// SPDX-License-Identifier: MIT
// Frames: memory that ends with its frame, in arenas that the heap allocates.
#include "front.h"

#include <errno.h>
#include <string.h>

struct pb_arena {
    struct pb_arena *older;
    char *top, *end;
};

/* Lies in the arena, at the start of the frame's memory. */
struct pb_frame {
    struct pb_frame *outer;
    struct pb_arena *arena; /* the newest arena when the frame was entered, and its top */
    char *top;
    size_t bytes; /* held by the frame */
};

enum { ARENA_HEADER = 32, ARENA_BYTES = 2000 };

static struct pb_arena *arena_new(struct pb_heap *heap, size_t size) {
    const size_t bytes = larger(size + ARENA_HEADER, ARENA_BYTES);
    struct pb_arena *arena = heap->kind->allocate(heap, bytes, PB_ALIGNMENT);
    if (arena != NULL) {
        *arena = (struct pb_arena){heap->frames.newest, (char *)arena + ARENA_HEADER,
                                   (char *)arena + bytes};
        heap->frames.newest = arena;
        heap->frames.arenas++;
    }
    return arena;
}

static char *carve(struct pb_heap *heap, size_t size) {
    if (size > PTRDIFF_MAX / 2)
        return NULL;
    const size_t bytes = round_up(larger(size, 1), PB_ALIGNMENT);
    struct pb_arena *arena = heap->frames.newest;
    if (arena == NULL || (size_t)(arena->end - arena->top) < bytes)
        arena = arena_new(heap, bytes);
    if (arena == NULL)
        return NULL;
    char *memory = arena->top;
    arena->top += bytes;
    heap->frames.bytes += bytes;
    if (heap->frames.innermost != NULL)
        heap->frames.innermost->bytes += bytes;
    return memory;
}

static void *carve_or_fail(struct pb_heap *heap, size_t size) {
    void *memory = carve(heap, size);
    if (memory == NULL)
        errno = ENOMEM;
    return memory;
}

bool pb_frame_enter(void *heap_of) {
    struct pb_heap *heap = heap_of;
    struct pb_frame *outer = heap->frames.innermost;
    struct pb_arena *newest = heap->frames.newest;
    char *top = newest != NULL ? newest->top : NULL;
    struct pb_frame *frame = carve_or_fail(heap, sizeof *frame);
    if (frame == NULL)
        return false;
    const size_t bytes = round_up(sizeof *frame, PB_ALIGNMENT);
    if (outer != NULL)
        outer->bytes -= bytes;
    *frame = (struct pb_frame){outer, newest, top, bytes};
    heap->frames.innermost = frame;
    heap->frames.depth++;
    return true;
}

void pb_frame_leave(void *heap_of) {
    struct pb_heap *heap = heap_of;
    const struct pb_frame frame = *heap->frames.innermost;
    while (heap->frames.newest != frame.arena) {
        struct pb_arena *arena = heap->frames.newest;
        heap->frames.newest = arena->older;
        heap->frames.arenas--;
        heap->kind->release(heap, arena);
    }
    if (frame.arena != NULL)
        frame.arena->top = frame.top;
    heap->frames.innermost = frame.outer;
    heap->frames.bytes -= frame.bytes;
    heap->frames.depth--;
}

void *pb_frame_alloca(void *heap, size_t size) {
    return carve_or_fail(heap, size);
}

void *pb_frame_vla(void *heap_of, size_t count, size_t size) {
    struct pb_heap *heap = heap_of;
    const size_t elements = larger(count, 1);
    if (size != 0 && elements > PTRDIFF_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    void *memory = carve_or_fail(heap, elements * size);
    if (memory != NULL)
        memset(memory, 0, elements * size);
    if (memory != NULL && has_bug(heap, BUG_COUNTS_ELEMENTS))
        heap->frames.innermost->bytes -= round_up(elements * size, PB_ALIGNMENT) - elements;
    return memory;
}

size_t pb_frame_depth(void *heap) {
    return ((struct pb_heap *)heap)->frames.depth;
}

size_t pb_frame_bytes(void *heap) {
    return ((struct pb_heap *)heap)->frames.bytes;
}
