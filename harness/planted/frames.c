// SPDX-License-Identifier: MIT
// Frames: memory that ends with its frame, carved upwards from arenas that the heap allocates
// itself.
#include "front.h"

#include <errno.h>
#include <string.h>

struct sp_arena {
    struct sp_arena *older;
    char *top, *end;
};

/* Lies in the arena itself, at the start of what the frame holds. */
struct sp_frame {
    struct sp_frame *outer;
    struct sp_arena *arena; /* newest before the frame, and its top then */
    char *top;
    size_t bytes; /* that the frame holds */
};

enum { ARENA_HEADER = 32, ARENA_BYTES = 2000 };

static struct sp_arena *arena_new(struct sp_heap *heap, size_t size) {
    const size_t bytes = larger(size + ARENA_HEADER, ARENA_BYTES);
    struct sp_arena *arena = heap->kind->allocate(heap, bytes, SP_ALIGNMENT);
    if (arena != NULL) {
        *arena = (struct sp_arena){heap->frames.newest, (char *)arena + ARENA_HEADER,
                                   (char *)arena + bytes};
        heap->frames.newest = arena;
        heap->frames.arenas++;
    }
    return arena;
}

static char *carve(struct sp_heap *heap, size_t size) {
    if (size > PTRDIFF_MAX / 2) {
        return NULL;
    }
    const size_t bytes = round_up(larger(size, 1), SP_ALIGNMENT);
    struct sp_arena *arena = heap->frames.newest;
    if (arena == NULL || (size_t)(arena->end - arena->top) < bytes) {
        arena = arena_new(heap, bytes);
    }
    if (arena == NULL) {
        return NULL;
    }
    char *memory = arena->top;
    arena->top += bytes;
    heap->frames.bytes += bytes;
    if (heap->frames.innermost != NULL) {
        heap->frames.innermost->bytes += bytes;
    }
    return memory;
}

static void *carve_or_fail(struct sp_heap *heap, size_t size) {
    void *memory = carve(heap, size);
    if (memory == NULL) {
        errno = ENOMEM;
    }
    return memory;
}

bool sp_frame_enter(void *heap_of) {
    struct sp_heap *heap = heap_of;
    struct sp_frame *outer = heap->frames.innermost;
    struct sp_arena *newest = heap->frames.newest;
    char *top = newest != NULL ? newest->top : NULL;
    struct sp_frame *frame = carve_or_fail(heap, sizeof *frame);
    if (frame == NULL) {
        return false;
    }
    const size_t bytes = round_up(sizeof *frame, SP_ALIGNMENT);
    if (outer != NULL) {
        outer->bytes -= bytes;
    }
    *frame = (struct sp_frame){outer, newest, top, bytes};
    heap->frames.innermost = frame;
    heap->frames.depth++;
    return true;
}

void sp_frame_leave(void *heap_of) {
    struct sp_heap *heap = heap_of;
    const struct sp_frame frame = *heap->frames.innermost;
    while (heap->frames.newest != frame.arena) {
        struct sp_arena *arena = heap->frames.newest;
        heap->frames.newest = arena->older;
        heap->frames.arenas--;
        heap->kind->take(heap, arena);
    }
    if (frame.arena != NULL) {
        frame.arena->top = frame.top;
    }
    heap->frames.innermost = frame.outer;
    heap->frames.bytes -= frame.bytes;
    heap->frames.depth--;
}

void *sp_frame_alloca(void *heap, size_t size) {
    return carve_or_fail(heap, size);
}

void *sp_frame_vla(void *heap_of, size_t count, size_t size) {
    struct sp_heap *heap = heap_of;
    const size_t elements = larger(count, 1);
    if (size != 0 && elements > PTRDIFF_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    void *memory = carve_or_fail(heap, elements * size);
    if (memory != NULL) {
        memset(memory, 0, elements * size);
    }
    if (memory != NULL && planted(heap, SP_COUNTS_ELEMENTS)) {
        heap->frames.innermost->bytes -= round_up(elements * size, SP_ALIGNMENT) - elements;
    }
    return memory;
}

size_t sp_frame_depth(void *heap) {
    return ((struct sp_heap *)heap)->frames.depth;
}

size_t sp_frame_bytes(void *heap) {
    return ((struct sp_heap *)heap)->frames.bytes;
}
