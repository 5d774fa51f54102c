// SPDX-License-Identifier: MIT
#include "classic.h"
#include "bins.h"

enum { STRETCH_HEADER = 32, GROWTH = 65536, MOST_AT_TOP = 32768, KEPT_AT_TOP = 4096 };

/* A sequence of chunks with an end mark. */
struct stretch {
    struct stretch *next;
    struct chunk *end; /* the mark */
    char *limit;       /* of its memory */
    size_t mapped;     /* bytes; 0: from the break */
};

struct classic {
    struct binned binned;
    struct stretch *stretches; /* newest first */
    struct stretch *top;       /* the newest one from the break, or NULL */
    char *limit;               /* the break after the heap's last move */
    bool gave_up;              /* does not grow any more for large requests */
};

_Static_assert(sizeof(struct stretch) == STRETCH_HEADER, "chunks start after the header");

const struct ac_profile classic_profile = {
    .name = "classic",
    PB_FRONT_PROFILE,
    .growth_slack = 2 * GROWTH,
    .held_when_empty = SIZE_MAX,
};

static struct classic *classic_of(void *heap) {
    return heap;
}

static struct pb_heap *front_of(struct classic *heap) {
    return &heap->binned.chunks.front;
}

/* Returns the old break; NULL: refused. */
static char *move_break(struct classic *heap, ptrdiff_t bytes) {
    struct pb_heap *front = front_of(heap);
    char *before = front->pages.sbrk(front->pages.ctx, bytes);
    if (before != NULL)
        front->counted.held_bytes += (size_t)bytes;
    return before;
}

/* --- stretches --- */

static struct chunk *first_chunk(struct stretch *stretch) {
    return chunk_at(stretch, STRETCH_HEADER);
}

/* The last possible end mark. */
static struct chunk *end_of(struct stretch *stretch) {
    const size_t bytes = (size_t)(stretch->limit - (char *)stretch);
    return chunk_at(stretch, (bytes & ~(size_t)15) - CHUNK_HEADER);
}

/* Makes [start, limit) a stretch of one free chunk. */
static struct stretch *stretch_new(struct classic *heap, char *start, char *limit) {
    const size_t alignment =
        has_bug(front_of(heap), BUG_ROUNDS_TO_WORD) ? sizeof(size_t) : PB_ALIGNMENT;
    struct stretch *stretch = (struct stretch *)(void *)align_up(start, alignment);
    *stretch = (struct stretch){.next = heap->stretches, .limit = limit};
    stretch->end = end_of(stretch);
    char *first = (char *)first_chunk(stretch);
    const size_t bytes = (size_t)((char *)stretch->end - first) + CHUNK_HEADER;
    chunk_create(&heap->binned.chunks, first, bytes);
    heap->stretches = stretch;
    return stretch;
}

/* Extends a stretch to its new limit. */
static struct chunk *lengthen(struct classic *heap, struct stretch *stretch, char *limit) {
    struct chunk *fresh = stretch->end;
    stretch->limit = limit;
    stretch->end = end_of(stretch);
    fresh->head = (size_t)((char *)stretch->end - (char *)fresh) | CHUNK_USED |
                  (fresh->head & CHUNK_PREV_USED);
    stretch->end->head = CHUNK_USED | CHUNK_PREV_USED;
    return chunk_release(&heap->binned.chunks, fresh);
}

static struct chunk *from_break(struct classic *heap, size_t bytes) {
    char *start = move_break(heap, (ptrdiff_t)bytes);
    if (start == NULL) {
        heap->gave_up = has_bug(front_of(heap), BUG_GIVES_UP_GROWING);
        return NULL;
    }
    if (has_bug(front_of(heap), BUG_TAKES_FOREIGN_BREAK))
        start = heap->limit;
    const bool goes_on = heap->top != NULL && start == heap->limit;
    heap->limit = start + bytes;
    if (goes_on)
        return lengthen(heap, heap->top, heap->limit);
    heap->top = stretch_new(heap, start, heap->limit);
    return first_chunk(heap->top);
}

/* Maps `size` bytes, in whole granules. */
static struct chunk *map_granules(struct classic *heap, size_t size, size_t granule) {
    const size_t bytes = round_up(size, granule);
    char *start = pb_pages_map(front_of(heap), bytes);
    if (start == NULL)
        return NULL;
    struct stretch *stretch = stretch_new(heap, start, start + bytes);
    stretch->mapped = bytes;
    return first_chunk(stretch);
}

/* The planted bug maps too little only for sizes that are not powers of two. Not for calloc, which
 * would write past the end first, nor above the limit, which must fail. */
static bool swaps(const struct pb_heap *front, size_t bytes) {
    return has_bug(front, BUG_SWAPS_FALLBACK) && front->by_malloc && bytes <= front->pages.limit;
}

static struct chunk *from_mapping(struct classic *heap, size_t bytes) {
    const size_t page = front_of(heap)->pages.page_size;
    return swaps(front_of(heap), bytes) ? map_granules(heap, page, bytes)
                                        : map_granules(heap, bytes, page);
}

/* Grows the heap by a free chunk of at least `size` bytes; NULL: refused. */
static struct chunk *grow(struct classic *heap, size_t size) {
    const size_t least = size + STRETCH_HEADER + CHUNK_HEADER + 2 * PB_ALIGNMENT;
    const size_t bytes = round_to_pages(front_of(heap), least);
    if (heap->gave_up && bytes > MOST_AT_TOP)
        return NULL;
    struct chunk *chunk = from_break(heap, larger(bytes, GROWTH));
    if (chunk == NULL && front_of(heap)->pages.map != NULL)
        chunk = from_mapping(heap, bytes);
    return chunk;
}

/* --- returning memory --- */

/* False: foreign code has moved the break, so the heap does not own the memory below it. */
static bool has_break(struct classic *heap) {
    return has_bug(front_of(heap), BUG_TRIMS_FOREIGN_BREAK) || move_break(heap, 0) == heap->limit;
}

/* Lowers the break if more than `most` bytes are free below it. */
static void give_top(struct classic *heap, size_t most) {
    struct stretch *top = heap->top;
    if (top == NULL || chunk_prev_used(top->end))
        return;
    struct chunk *last = chunk_before(top->end);
    const size_t size = chunk_size(last), page = front_of(heap)->pages.page_size;
    if (size <= most || size < KEPT_AT_TOP + page || !has_break(heap))
        return;
    const size_t bytes = (size - KEPT_AT_TOP) & ~(page - 1);
    if (move_break(heap, -(ptrdiff_t)bytes) == NULL)
        return;
    heap->binned.chunks.remove(&heap->binned.chunks, last);
    heap->binned.chunks.free_chunks--;
    top->limit = heap->limit -= bytes;
    top->end = chunk_at(last, size - bytes);
    chunk_create(&heap->binned.chunks, (char *)last, size - bytes + CHUNK_HEADER);
}

/* Unmaps a mapping without live blocks. */
static void give_mapping(struct classic *heap, struct stretch **link) {
    struct stretch *stretch = *link, *next = stretch->next;
    struct chunk *chunk = first_chunk(stretch);
    if (stretch->mapped == 0 || !chunk_alone(chunk))
        return;
    heap->binned.chunks.remove(&heap->binned.chunks, chunk);
    if (pb_pages_unmap(front_of(heap), stretch, stretch->mapped)) {
        heap->binned.chunks.free_chunks--;
        *link = next;
    } else {
        heap->binned.chunks.insert(&heap->binned.chunks, chunk);
    }
}

static void give_mappings(struct classic *heap) {
    struct stretch **link = &heap->stretches;
    while (*link != NULL) {
        struct stretch *stretch = *link;
        give_mapping(heap, link);
        if (*link == stretch)
            link = &stretch->next;
    }
}

void classic_trim(void *heap) {
    give_mappings(heap);
    give_top(heap, 0);
}

/* --- the kind --- */

static void *classic_allocate(struct pb_heap *front, size_t size, size_t alignment) {
    struct classic *heap = classic_of(front);
    const size_t need = chunk_for(size);
    const size_t total = alignment > PB_ALIGNMENT ? need + alignment + CHUNK_LEAST : need;
    struct chunk *chunk = bins_find(&heap->binned, total);
    if (chunk == NULL)
        chunk = grow(heap, total);
    front->fresh = false;
    return chunk != NULL ? chunk_allocate(&heap->binned.chunks, chunk, need, alignment) : NULL;
}

static void classic_release(struct pb_heap *front, void *block) {
    struct classic *heap = classic_of(front);
    struct chunk *merged = chunk_release(&heap->binned.chunks, chunk_of(block));
    if (chunk_size(chunk_after(merged)) == 0) {
        give_mappings(heap);
        give_top(heap, MOST_AT_TOP);
    }
}

const char *classic_check(void *heap_of) {
    struct classic *heap = heap_of;
    size_t free_chunks = 0;
    for (struct stretch *stretch = heap->stretches; stretch != NULL; stretch = stretch->next) {
        const char *fault = chunk_walk(first_chunk(stretch), &free_chunks);
        if (fault != NULL)
            return fault;
    }
    return free_chunks == heap->binned.chunks.free_chunks ? NULL : "a free chunk that is in no bin";
}

static const struct pb_kind classic_kind = {
    .allocate = classic_allocate,
    .release = classic_release,
    .usable = chunk_space_of,
    .resize = chunk_resize,
};

void *classic_open(const struct ac_open_options *options, enum pb_bug bug) {
    const struct ac_page_source *source = options->source;
    const size_t bytes = round_up(sizeof(struct classic), PB_ALIGNMENT) + PB_ALIGNMENT;
    char *start = source->sbrk(source->ctx, (ptrdiff_t)bytes);
    if (start == NULL)
        return NULL;
    struct classic *heap = (struct classic *)(void *)align_up(start, PB_ALIGNMENT);
    *heap = (struct classic){.limit = start + bytes};
    pb_heap_init(front_of(heap), &classic_kind, options, bug);
    front_of(heap)->counted.held_bytes = bytes;
    bins_init(&heap->binned);
    return heap;
}

/* The break stays, as that of a process does. */
void classic_close(void *heap_of) {
    struct classic *heap = heap_of;
    struct stretch *next;
    for (struct stretch *stretch = heap->stretches; stretch != NULL; stretch = next) {
        next = stretch->next;
        if (stretch->mapped != 0)
            pb_pages_unmap(front_of(heap), stretch, stretch->mapped);
    }
}
