// SPDX-License-Identifier: MIT
#include "caches_parts.h"

#include <sched.h>
#include <stdlib.h>

enum {
    FRESH_PAGES = 8,
    EARLY = 128,     /* pending blocks that are taken early */
    MOST_LATE = 63,  /* blocks freed by a thread's destructors that the planted bug has space for */
    MOST_ENDED = 11, /* threads that end before the heap is empty: the same */
};

static const size_t FREED = SIZE_MAX; /* size of a block freed by another thread */

/* --- threads and their caches --- */

uint64_t this_thread(void) {
    static uint64_t threads;
    static _Thread_local uint64_t mine;
    if (mine == 0)
        mine = __atomic_add_fetch(&threads, 1, __ATOMIC_RELAXED);
    return mine;
}

/* Known without a lock: the thread's cache in the heap that it used last. */
static _Thread_local struct {
    uint64_t heap;
    struct cache *cache;
    uint64_t left; /* the last heap that it left */
    size_t late;   /* blocks freed since */
} known;

static struct cache *know(const struct caches *heap, struct cache *cache) {
    known.heap = cache != NULL ? heap->number : 0;
    known.cache = cache;
    return cache;
}

static struct cache *look_up(struct caches *heap) {
    const uint64_t me = this_thread();
    caches_lock(heap, &heap->locks->lists);
    struct cache *cache = heap->all;
    while (cache != NULL && cache->thread != me)
        cache = cache->next;
    caches_unlock(&heap->locks->lists);
    return know(heap, cache);
}

struct cache *cache_known(struct caches *heap) {
    return known.heap == heap->number ? known.cache : look_up(heap);
}

/* --- new caches --- */

static bool map_fresh(struct caches *heap) {
    const size_t page = heap->front.pages.page_size;
    struct span *span = span_new(heap, FRESH_PAGES * page);
    if (span == NULL)
        return false;
    heap->fresh = (char *)(span + 1);
    heap->fresh_end = (char *)span + span->bytes;
    return true;
}

/* A new cache, in its own page; NULL: refused. */
static struct cache *take_fresh(struct caches *heap) {
    const size_t page = heap->front.pages.page_size;
    if (heap->fresh >= heap->fresh_end && !map_fresh(heap))
        return NULL;
    struct cache *cache = (struct cache *)(void *)heap->fresh;
    *cache = (struct cache){.next = heap->all};
    heap->all = cache;
    heap->fresh += page;
    return cache;
}

static void forget_remote(struct cache *cache) {
    for (size_t class = 0; class < CACHE_CLASSES; class ++)
        __atomic_store_n(&cache->remote[class], NULL, __ATOMIC_RELAXED);
}

static struct cache *take_idle(struct caches *heap) {
    struct cache *cache = heap->idle;
    if (cache != NULL)
        heap->idle = cache->next_idle;
    if (cache != NULL && has_bug(&heap->front, BUG_FORGETS_FREED_TO_DEAD))
        forget_remote(cache);
    return cache;
}

static struct cache *build(struct caches *heap) {
    caches_lock(heap, &heap->locks->lists);
    struct cache *cache = take_idle(heap);
    if (cache == NULL)
        cache = take_fresh(heap);
    if (cache != NULL)
        cache->thread = this_thread();
    caches_unlock(&heap->locks->lists);
    return know(heap, cache);
}

struct cache *cache_get(struct caches *heap) {
    struct cache *cache = cache_known(heap);
    return cache != NULL ? cache : build(heap);
}

/* --- blocks --- */

void cache_push(struct caches *heap, struct cache *cache, struct block *block) {
    const size_t class = block->class;
    block->next = cache->free[class];
    cache->free[class] = block;
    if (++cache->counts[class] > CACHE_MOST)
        central_take(heap, cache, class, CACHE_MOST / 2);
}

static size_t pending(const struct caches *heap, const struct cache *cache) {
    const size_t count = __atomic_load_n(&cache->pending, __ATOMIC_RELAXED);
    return has_bug(&heap->front, BUG_COUNTS_IN_A_BYTE) ? (uint8_t)count : count;
}

/* The number of remote blocks taken at once. A planted bug may turn a list into a ring: it is left
 * after that many blocks, which are then allocated again and again. */
static size_t most_adopted(const struct caches *heap, const struct cache *cache) {
    if (has_bug(&heap->front, BUG_COUNTS_IN_A_BYTE))
        return pending(heap, cache);
    const bool has_rings = has_bug(&heap->front, BUG_PUSHES_IN_TWO_STEPS) ||
                           has_bug(&heap->front, BUG_SETS_UP_UNLOCKED);
    return has_rings ? EARLY : SIZE_MAX;
}

/* Takes the blocks freed by other threads. */
static void adopt(struct caches *heap, struct cache *cache) {
    size_t left = most_adopted(heap, cache);
    __atomic_store_n(&cache->pending, 0, __ATOMIC_RELAXED);
    for (size_t class = 0; class < CACHE_CLASSES; class ++) {
        struct block **remote = &cache->remote[class];
        struct block *next, *block = __atomic_exchange_n(remote, NULL, __ATOMIC_ACQUIRE);
        for (; block != NULL && left > 0; block = next, left--) {
            next = block->next;
            cache_push(heap, cache, block);
        }
    }
}

static bool adopts_for(const struct caches *heap, size_t class) {
    return !has_bug(&heap->front, BUG_ADOPTS_SMALL_ONLY) || cache_sizes[class] <= 64;
}

struct block *cache_pop(struct caches *heap, struct cache *cache, size_t class) {
    const bool is_empty = cache->free[class] == NULL;
    if ((is_empty || pending(heap, cache) >= EARLY) && adopts_for(heap, class))
        adopt(heap, cache);
    struct block *block = cache->free[class];
    if (block == NULL && central_fill(heap, cache, class))
        block = cache->free[class];
    if (block == NULL)
        return NULL;
    cache->free[class] = block->next;
    cache->counts[class]--;
    block->owner = cache;
    return block;
}

/* Reads the first block of a list, which its thread may take and allocate meanwhile. */
static void check_free(const struct caches *heap, const struct block *first) {
    sched_yield(); /* widens the race */
    if (first != NULL && __atomic_load_n(&first->asked, __ATOMIC_RELAXED) != FREED)
        pb_fatal(&heap->front, "the list of freed blocks is corrupt");
}

static void push_in_two_steps(struct block **remote, struct block *block) {
    block->next = __atomic_load_n(remote, __ATOMIC_RELAXED);
    sched_yield(); /* widens the race */
    __atomic_store_n(remote, block, __ATOMIC_RELEASE);
}

static void push(struct block **remote, struct block *block) {
    struct block *first = __atomic_load_n(remote, __ATOMIC_RELAXED);
    do {
        block->next = first;
    } while (!__atomic_compare_exchange_n(remote, &first, block, true, __ATOMIC_RELEASE,
                                          __ATOMIC_RELAXED));
}

void cache_push_remote(const struct caches *heap, struct cache *cache, struct block *block) {
    struct block **remote = &cache->remote[block->class];
    __atomic_fetch_add(&cache->pending, 1, __ATOMIC_RELAXED);
    if (has_bug(&heap->front, BUG_CHECKS_UNLOCKED)) {
        check_free(heap, __atomic_load_n(remote, __ATOMIC_RELAXED));
        __atomic_store_n(&block->asked, FREED, __ATOMIC_RELAXED);
    }
    if (has_bug(&heap->front, BUG_PUSHES_IN_TWO_STEPS))
        push_in_two_steps(remote, block);
    else
        push(remote, block);
}

/* --- thread exit --- */

static void flush(struct caches *heap, struct cache *cache) {
    for (size_t class = 0; class < CACHE_CLASSES; class ++) {
        struct block *first = cache->free[class];
        const size_t count = cache->counts[class];
        central_take(heap, cache, class, count);
        if (has_bug(&heap->front, BUG_FLUSHED_STAYS_LINKED)) {
            cache->free[class] = first;
            cache->counts[class] = count;
        }
    }
    if (cache->kept != NULL) {
        large_end(heap, cache->kept);
        cache->kept = NULL;
    }
}

/* True at the last exit, after frees in the thread's destructors. */
static bool leaves_first(const struct caches *heap) {
    const bool first = known.left != heap->number;
    known.left = heap->number;
    return first;
}

bool cache_overflows_at_exit(const struct caches *heap) {
    return known.left == heap->number && ++known.late > MOST_LATE;
}

static void note_ended(struct caches *heap) {
    if (has_bug(&heap->front, BUG_ENDED_THREADS_OVERFLOW) && ++heap->ended > MOST_ENDED)
        abort();
}

void caches_thread_exit(void *heap_of) {
    struct caches *heap = heap_of;
    const bool again = !leaves_first(heap);
    const bool ignores = again && has_bug(&heap->front, BUG_FREE_BUILDS_CACHE);
    struct cache *cache = cache_known(heap);
    if (cache == NULL || ignores)
        return;
    note_ended(heap);
    know(heap, NULL);
    if (has_bug(&heap->front, BUG_EXIT_DROPS_REMOTE))
        forget_remote(cache);
    if (!has_bug(&heap->front, BUG_ADOPTS_SMALL_ONLY))
        adopt(heap, cache);
    if (!has_bug(&heap->front, BUG_EXIT_LOSES_CACHE))
        flush(heap, cache);
    caches_lock(heap, &heap->locks->lists);
    cache->thread = 0;
    if (!has_bug(&heap->front, BUG_EXIT_LOSES_CACHE)) {
        cache->next_idle = heap->idle;
        heap->idle = cache;
    }
    caches_unlock(&heap->locks->lists);
}
