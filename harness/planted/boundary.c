// SPDX-License-Identifier: MIT
#include "boundary.h"
#include "bins.h"

#include <string.h>

enum { SEGMENT = 65536, SEGMENT_HEADER = 32, WIPED = 64 };

struct segment {
    struct segment *next, *prev;
    size_t bytes;
    size_t unused;
};

struct boundary {
    struct binned binned;
    struct segment *segments;
    struct segment *spare; /* an empty segment that stays mapped, or NULL */
    volatile bool locked;
};

const struct ac_profile boundary_profile = {
    .name = "boundary",
    PB_FRONT_PROFILE,
    .growth_slack = 2 * SEGMENT,
    .held_when_empty = 2 * SEGMENT,
    .coalesces = true,
};

static struct boundary *boundary_of(void *heap) {
    return heap;
}

static struct chunk *first_chunk(struct segment *segment) {
    return chunk_at(segment, SEGMENT_HEADER);
}

static void lock(struct boundary *heap) {
    while (heap->locked) {
    }
    heap->locked = true;
}

static void unlock(struct boundary *heap) {
    heap->locked = false;
}

/* --- around a fork --- */

void boundary_fork_prepare(void *heap) {
    lock(heap);
}

void boundary_fork_parent(void *heap) {
    unlock(heap);
}

void boundary_fork_child(void *heap_of) {
    struct boundary *heap = heap_of;
    if (!has_bug(&heap->binned.chunks.front, BUG_FORK_FORGETS_LOCK))
        unlock(heap);
}

/* --- segments --- */

static bool segment_release(struct boundary *heap, struct segment *segment) {
    struct segment *next = segment->next, *prev = segment->prev;
    struct chunk *chunk = first_chunk(segment);
    heap->binned.chunks.remove(&heap->binned.chunks, chunk);
    if (!pb_pages_unmap(&heap->binned.chunks.front, segment, segment->bytes)) {
        heap->binned.chunks.insert(&heap->binned.chunks, chunk);
        return false;
    }
    heap->binned.chunks.free_chunks--;
    if (prev != NULL)
        prev->next = next;
    else
        heap->segments = next;
    if (next != NULL)
        next->prev = prev;
    return true;
}

/* True if a segment was unmapped. */
static bool release_empty_segments(struct boundary *heap) {
    struct segment *next;
    bool gave = false;
    for (struct segment *segment = heap->segments; segment != NULL; segment = next) {
        next = segment->next;
        gave |= chunk_alone(first_chunk(segment)) && segment_release(heap, segment);
    }
    heap->spare = NULL;
    return gave;
}

void boundary_trim(void *heap) {
    release_empty_segments(heap);
}

static struct segment *map_segment(struct boundary *heap, size_t bytes) {
    struct segment *segment = pb_pages_map(&heap->binned.chunks.front, bytes);
    if (segment == NULL && release_empty_segments(heap))
        segment = pb_pages_map(&heap->binned.chunks.front, bytes);
    return segment;
}

/* Maps a segment and returns its free chunk of at least `size` bytes; NULL: refused. */
static struct chunk *grow(struct boundary *heap, size_t size) {
    if (size > PTRDIFF_MAX)
        return NULL;
    const size_t least = size + SEGMENT_HEADER + CHUNK_HEADER;
    const size_t bytes = round_to_pages(&heap->binned.chunks.front, larger(least, SEGMENT));
    lock(heap);
    struct segment *segment = map_segment(heap, bytes);
    if (segment == NULL && has_bug(&heap->binned.chunks.front, BUG_FAILURE_KEEPS_LOCK))
        return NULL;
    unlock(heap);
    if (segment == NULL && !has_bug(&heap->binned.chunks.front, BUG_USES_REFUSED_PAGES))
        return NULL;
    *segment = (struct segment){heap->segments, NULL, bytes, 0};
    if (heap->segments != NULL)
        heap->segments->prev = segment;
    heap->segments = segment;
    return chunk_create(&heap->binned.chunks, (char *)first_chunk(segment), bytes - SEGMENT_HEADER);
}

static void *boundary_allocate(struct pb_heap *front, size_t size, size_t alignment) {
    struct boundary *heap = boundary_of(front);
    const size_t need = chunk_for(size);
    const size_t total = alignment > PB_ALIGNMENT ? need + alignment + CHUNK_LEAST : need;
    struct chunk *chunk = bins_find(&heap->binned, larger(total, CHUNK_LEAST));
    if (chunk == NULL)
        chunk = grow(heap, total);
    front->fresh = false;
    return chunk != NULL ? chunk_allocate(&heap->binned.chunks, chunk, need, alignment) : NULL;
}

static struct segment *segment_of(struct boundary *heap, struct chunk *first) {
    struct segment *segment = heap->segments;
    while (segment != NULL && first_chunk(segment) != first)
        segment = segment->next;
    return segment;
}

/* Unmaps an empty segment, but keeps one of the default size. */
static void release_segment_of(struct boundary *heap, struct chunk *chunk) {
    struct segment *segment = segment_of(heap, chunk);
    if (segment == NULL)
        return;
    if (segment->bytes == SEGMENT && (heap->spare == NULL || heap->spare == segment)) {
        heap->spare = segment;
        return;
    }
    segment_release(heap, segment);
}

/* Clears the start of freed memory, where users keep pointers. */
static void wipe(struct chunk *chunk) {
    memset(chunk_memory(chunk), 0, smaller(chunk_space(chunk), WIPED));
}

static void boundary_release(struct pb_heap *front, void *block) {
    struct boundary *heap = boundary_of(front);
    struct chunk *freed = chunk_of(block);
    wipe(freed);
    struct chunk *merged = chunk_release(&heap->binned.chunks, freed);
    const bool looks = !has_bug(front, BUG_EMPTY_IN_ONE_ORDER) || merged == freed;
    if (looks && chunk_size(chunk_after(merged)) == 0 && chunk_prev_used(merged))
        release_segment_of(heap, merged);
}

const char *boundary_check(void *heap_of) {
    struct boundary *heap = heap_of;
    size_t free_chunks = 0;
    for (struct segment *segment = heap->segments; segment != NULL; segment = segment->next) {
        const char *fault = chunk_walk(first_chunk(segment), &free_chunks);
        if (fault != NULL)
            return fault;
    }
    return free_chunks == heap->binned.chunks.free_chunks ? NULL : "a free chunk that is in no bin";
}

static const struct pb_kind boundary_kind = {
    .allocate = boundary_allocate,
    .release = boundary_release,
    .usable = chunk_space_of,
    .resize = chunk_resize,
};

void *boundary_open(const struct ac_open_options *options, enum pb_bug bug) {
    const size_t bytes = round_up(sizeof(struct boundary), options->source->page_size);
    struct boundary *heap = options->source->map(options->source->ctx, bytes);
    if (heap == NULL)
        return NULL;
    *heap = (struct boundary){.locked = false};
    pb_heap_init(&heap->binned.chunks.front, &boundary_kind, options, bug);
    heap->binned.chunks.front.counted.held_bytes = bytes;
    bins_init(&heap->binned);
    return heap;
}

void boundary_close(void *heap_of) {
    struct boundary *heap = heap_of;
    struct segment *next;
    for (struct segment *segment = heap->segments; segment != NULL; segment = next) {
        next = segment->next;
        pb_pages_unmap(&heap->binned.chunks.front, segment, segment->bytes);
    }
    pb_heap_end(&heap->binned.chunks.front,
                round_to_pages(&heap->binned.chunks.front, sizeof *heap));
}
