// SPDX-License-Identifier: MIT
#include "caches_parts.h"

#include <sched.h>

enum { REST_CLASS = 1 };

const size_t cache_sizes[CACHE_CLASSES] = {16, 32, 64, 128, 256, 512, 1024};

/* --- mappings --- */

struct span *span_new(struct caches *heap, size_t bytes) {
    const size_t mapped = round_to_pages(&heap->front, bytes);
    caches_lock(heap, &heap->locks->pages);
    struct span *span = pb_pages_map(&heap->front, mapped);
    if (span != NULL) {
        *span = (struct span){heap->spans, mapped};
        heap->spans = span;
    }
    caches_unlock(&heap->locks->pages);
    return span;
}

static void link_large(struct caches *heap, struct large *large) {
    large->next = heap->larges;
    large->prev = NULL;
    if (heap->larges != NULL)
        heap->larges->prev = large;
    heap->larges = large;
}

static void unlink_large(struct caches *heap, struct large *large) {
    if (large->prev != NULL)
        large->prev->next = large->next;
    else
        heap->larges = large->next;
    if (large->next != NULL)
        large->next->prev = large->prev;
}

struct large *large_map(struct caches *heap, size_t bytes) {
    caches_lock(heap, &heap->locks->pages);
    struct large *large = pb_pages_map(&heap->front, bytes);
    if (large != NULL)
        large->bytes = bytes;
    else if (has_bug(&heap->front, BUG_REFUSAL_KEEPS_LOCK))
        return NULL;
    caches_unlock(&heap->locks->pages);
    return large;
}

void large_adopt(struct caches *heap, struct large *large) {
    caches_lock(heap, &heap->locks->pages);
    link_large(heap, large);
    caches_unlock(&heap->locks->pages);
}

void large_end(struct caches *heap, struct large *large) {
    const bool inverted = has_bug(&heap->front, BUG_LOCKS_IN_BOTH_ORDERS);
    caches_lock(heap, &heap->locks->pages);
    unlink_large(heap, large);
    if (inverted) {
        sched_yield(); /* widens the race */
        caches_lock(heap, &heap->locks->lists);
    }
    if (!pb_pages_unmap(&heap->front, large, large->bytes))
        link_large(heap, large);
    if (inverted)
        caches_unlock(&heap->locks->lists);
    caches_unlock(&heap->locks->pages);
}

size_t large_space(struct caches *heap, struct block *block) {
    if (has_bug(&heap->front, BUG_GROWTH_LOCKS_TWICE))
        caches_lock(heap, &heap->locks->pages);
    caches_lock(heap, &heap->locks->pages);
    const struct large *large = block->large;
    const size_t before = (size_t)(block_memory(block) - (const char *)large);
    const size_t room = large->bytes - before;
    caches_unlock(&heap->locks->pages);
    return room;
}

/* --- shared lists --- */

/* A thread that changes a list owns it meanwhile. */
static struct block *take_off(struct caches *heap, size_t class) {
    return __atomic_exchange_n(&heap->central[class], NULL, __ATOMIC_ACQUIRE);
}

static void put_on(struct caches *heap, size_t class, struct block *first) {
    __atomic_store_n(&heap->central[class], first, __ATOMIC_RELEASE);
}

static void central_push(struct caches *heap, struct block *block) {
    block->next = take_off(heap, block->class);
    put_on(heap, block->class, block);
}

static struct block *central_pop(struct caches *heap, size_t class) {
    struct block *block = take_off(heap, class);
    if (block != NULL)
        put_on(heap, class, block->next);
    return block;
}

void central_return(struct caches *heap, struct block *block) {
    block->next = take_off(heap, block->class);
    sched_yield(); /* widens the race */
    put_on(heap, block->class, block);
}

static size_t stride_of(size_t class) {
    return sizeof(struct block) + cache_sizes[class];
}

/* Before the first allocation, cuts the rest of the heap's own pages into small blocks. */
static void set_up(struct caches *heap) {
    if (heap->set_up)
        return;
    if (has_bug(&heap->front, BUG_SETS_UP_UNLOCKED))
        sched_yield(); /* widens the race */
    heap->rest = align_up((char *)(heap + 1), PB_ALIGNMENT);
    heap->rest_end = (char *)heap + round_to_pages(&heap->front, sizeof *heap);
    heap->set_up = true;
}

/* All of one class: with the planted bug, blocks are then allocated twice as a whole, and nothing
 * else happens. NULL: no space. */
static struct block *cut_rest(struct caches *heap, size_t class) {
    const size_t stride = stride_of(class);
    if (class != REST_CLASS || (size_t)(heap->rest_end - heap->rest) < stride)
        return NULL;
    struct block *block = (struct block *)(void *)heap->rest;
    block->class = class; /* the other fields are set on use */
    heap->rest += stride;
    return block;
}

/* Cuts a new span into blocks. */
static bool central_grow(struct caches *heap, size_t class) {
    const size_t stride = stride_of(class);
    struct span *span = span_new(heap, SPAN_BYTES);
    if (span == NULL)
        return false;
    char *at = (char *)(span + 1), *end = (char *)span + span->bytes;
    for (; (size_t)(end - at) >= stride; at += stride) {
        struct block *block = (struct block *)(void *)at;
        *block = (struct block){.class = class};
        central_push(heap, block);
    }
    return true;
}

/* Returns the number of blocks moved. */
static size_t fill_batch(struct caches *heap, size_t class) {
    for (size_t i = 0; i < CACHE_BATCH; i++) {
        struct block *block = central_pop(heap, class);
        if (block == NULL)
            block = cut_rest(heap, class);
        if (block == NULL && central_grow(heap, class))
            block = central_pop(heap, class);
        if (block == NULL)
            return i;
        heap->batch[class][i] = block;
    }
    return CACHE_BATCH;
}

static void local_push(struct cache *cache, struct block *block) {
    block->next = cache->free[block->class];
    cache->free[block->class] = block;
    cache->counts[block->class]++;
}

bool central_fill(struct caches *heap, struct cache *cache, size_t class) {
    const bool locks = !has_bug(&heap->front, BUG_FILLS_UNLOCKED);
    if (has_bug(&heap->front, BUG_SETS_UP_UNLOCKED))
        set_up(heap);
    if (locks)
        caches_lock(heap, &heap->locks->lists);
    set_up(heap);
    if (has_bug(&heap->front, BUG_FORK_FORGETS_LISTS))
        caches_pause();
    const size_t had = fill_batch(heap, class);
    if (!locks)
        sched_yield(); /* widens the race */
    const bool counts_on = had > 0 && has_bug(&heap->front, BUG_COUNTS_WHOLE_BATCH);
    const size_t count = counts_on ? CACHE_BATCH : had;
    for (size_t i = 0; i < count; i++)
        if (heap->batch[class][i] != NULL)
            local_push(cache, heap->batch[class][i]);
    if (locks)
        caches_unlock(&heap->locks->lists);
    return had > 0;
}

void central_take(struct caches *heap, struct cache *cache, size_t class, size_t count) {
    caches_lock(heap, &heap->locks->lists);
    struct block *block;
    for (size_t i = 0; i < count && (block = cache->free[class]) != NULL; i++) {
        cache->free[class] = block->next;
        cache->counts[class]--;
        central_push(heap, block);
    }
    caches_unlock(&heap->locks->lists);
}
