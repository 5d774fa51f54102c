// SPDX-License-Identifier: MIT
#include "caches.h"
#include "caches_parts.h"

enum { MOST_KEPT = 65536, SLACK = 16384 };

const struct ac_profile caches_profile = {
    .name = "caches",
    PB_FRONT_PROFILE,
    .growth_slack = SLACK,
    .held_when_empty = SIZE_MAX,
};

static struct caches *caches_of(struct pb_heap *heap) {
    return (struct caches *)(void *)heap;
}

/* --- large blocks --- */

static struct block *place_large(struct large *large, size_t alignment) {
    char *start = (char *)(large + 1) + sizeof(struct block);
    struct block *block = block_of(align_up(start, alignment));
    *block = (struct block){.large = large, .class = LARGE_CLASS};
    return block;
}

/* The mapping that the thread has kept, if it fits and is not far too large; else NULL. */
static struct large *take_kept(struct cache *cache, size_t bytes) {
    struct large *kept = cache->kept;
    if (kept == NULL || kept->bytes < bytes || kept->bytes > 4 * bytes)
        return NULL;
    cache->kept = NULL;
    return kept;
}

/* The first large block of a thread needs two mappings, one for its cache. */
static struct large *new_large(struct caches *heap, size_t bytes) {
    struct large *large = large_map(heap, bytes);
    if (large == NULL)
        return NULL;
    if (cache_get(heap) != NULL) {
        large_adopt(heap, large);
        return large;
    }
    if (!has_bug(&heap->front, BUG_LOSES_FIRST_MAPPING)) {
        large_adopt(heap, large);
        large_end(heap, large);
    }
    return NULL;
}

static struct block *allocate_large(struct caches *heap, size_t size, size_t alignment) {
    const size_t extra = alignment > PB_ALIGNMENT ? alignment : 0;
    const size_t headers = sizeof(struct large) + sizeof(struct block);
    const size_t bytes = round_to_pages(&heap->front, headers + size + extra);
    const bool skips = has_bug(&heap->front, BUG_LARGE_SKIPS_START);
    struct cache *cache = cache_known(heap);
    struct large *large = cache != NULL || skips ? take_kept(cache, bytes) : NULL;
    if (large == NULL)
        large = new_large(heap, bytes);
    return large != NULL ? place_large(large, alignment) : NULL;
}

static void take_large(struct caches *heap, struct large *large) {
    struct cache *cache = cache_known(heap);
    if (cache != NULL && cache->kept == NULL && large->bytes <= MOST_KEPT)
        cache->kept = large;
    else
        large_end(heap, large);
}

/* --- the kind --- */

static size_t class_for(size_t size, size_t alignment) {
    size_t class = 0;
    if (alignment > PB_ALIGNMENT)
        return LARGE_CLASS;
    while (class < CACHE_CLASSES && cache_sizes[class] < size)
        class ++;
    return class;
}

static struct block *allocate_small(struct caches *heap, size_t class) {
    if (counts_sized(heap))
        heap->sized[class] = 0;
    if (is_shared(heap, class))
        return shared_pop(heap, class);
    struct cache *cache = cache_get(heap);
    if (cache == NULL && !has_bug(&heap->front, BUG_STARTS_ON_REFUSED))
        return NULL;
    return cache_pop(heap, cache, class);
}

static void *caches_allocate(struct pb_heap *front, size_t size, size_t alignment) {
    struct caches *heap = caches_of(front);
    const size_t class = class_for(size, alignment);
    struct block *block =
        class == LARGE_CLASS ? allocate_large(heap, size, alignment) : allocate_small(heap, class);
    if (block == NULL)
        return NULL;
    block->asked = size;
    return block_memory(block);
}

static void caches_release(struct pb_heap *front, void *memory) {
    struct caches *heap = caches_of(front);
    struct block *block = block_of(memory);
    if (heap->front.counted.live_blocks == 0 && has_bug(front, BUG_ENDED_THREADS_OVERFLOW))
        heap->ended = 0;
    if (block->class == LARGE_CLASS) {
        take_large(heap, block->large);
        return;
    }
    if (block->class > LARGE_CLASS)
        return; /* a planted bug: lost */
    if (has_bug(front, BUG_EXIT_DROPS_MANY) && cache_overflows_at_exit(heap))
        return;
    if (is_shared(heap, block->class)) {
        shared_push(heap, block);
        return;
    }
    if (has_bug(front, BUG_LOSES_IN_A_RACE)) {
        central_return(heap, block);
        return;
    }
    const bool builds = has_bug(front, BUG_FREE_BUILDS_CACHE);
    struct cache *cache = builds ? cache_get(heap) : cache_known(heap);
    if (cache == NULL && has_bug(front, BUG_FREE_WITHOUT_CACHE))
        return; /* the block is lost, as if left to an idle cache */
    if (block->owner == cache)
        cache_push(heap, cache, block);
    else
        cache_push_remote(heap, block->owner, block);
}

static size_t caches_grow(struct pb_heap *front, void *memory) {
    struct block *block = block_of(memory);
    return block->class == LARGE_CLASS ? large_space(caches_of(front), block)
                                       : cache_sizes[block->class];
}

static size_t caches_requested(struct pb_heap *front, void *memory) {
    (void)front;
    return block_of(memory)->asked;
}

static bool caches_resize(struct pb_heap *front, void *memory, size_t size) {
    const bool asks_whose = has_bug(front, BUG_REALLOC_BEFORE_START);
    if (size > caches_grow(front, memory) ||
        (asks_whose && cache_known(caches_of(front))->thread == 0))
        return false;
    block_of(memory)->asked = size;
    return true;
}

static const struct pb_kind caches_kind = {
    .allocate = caches_allocate,
    .release = caches_release,
    .usable = caches_grow,
    .resize = caches_resize,
    .requested = caches_requested,
};

void *caches_open(const struct ac_open_options *options, enum pb_bug bug) {
    static uint64_t heaps;
    const size_t bytes = round_up(sizeof(struct caches), options->source->page_size);
    struct caches *heap = options->source->map(options->source->ctx, bytes);
    if (heap == NULL)
        return NULL;
    const uint64_t number = __atomic_add_fetch(&heaps, 1, __ATOMIC_RELAXED);
    *heap = (struct caches){.number = number, .locks = caches_locks_open(number, bug)};
    pb_heap_init(&heap->front, &caches_kind, options, bug);
    heap->front.counted.held_bytes = bytes;
    heap->first.thread = this_thread();
    heap->all = &heap->first;
    return heap;
}

void caches_close(void *heap_of) {
    struct caches *heap = heap_of;
    struct large *next_large;
    struct span *next_span;
    for (struct large *large = heap->larges; large != NULL; large = next_large) {
        next_large = large->next;
        pb_pages_unmap(&heap->front, large, large->bytes);
    }
    for (struct span *span = heap->spans; span != NULL; span = next_span) {
        next_span = span->next;
        pb_pages_unmap(&heap->front, span, span->bytes);
    }
    caches_locks_close(heap->locks);
    pb_heap_end(&heap->front, round_to_pages(&heap->front, sizeof *heap));
}
