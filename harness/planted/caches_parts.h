// SPDX-License-Identifier: MIT
// The parts of a heap with caches: what all threads share, and what one thread has.
#ifndef PLANTED_CACHES_PARTS_H
#define PLANTED_CACHES_PARTS_H

#include "caches.h"

enum {
    CACHE_CLASSES = 7,
    LARGE_CLASS = CACHE_CLASSES,
    SPAN_BYTES = 8192, /* that are cut into blocks at once */
    CACHE_BATCH = 8,
    CACHE_MOST = 32,
};

struct cache;
struct large;

/* In front of the memory of each block, live or free. */
struct block {
    union {
        struct cache *owner; /* that live it last */
        struct large *large; /* of LARGE_CLASS */
    };
    struct block *next; /* in a list of free ones */
    size_t class;
    size_t asked;
};

/* Starts the mapping of a large block. */
struct large {
    struct large *next, *prev; /* of all */
    size_t bytes;              /* mapped */
    size_t unused;
};

/* Starts any other mapping. */
struct span {
    struct span *next;
    size_t bytes;
};

/* One thread's, and between two threads nobody's. */
struct cache {
    struct cache *next;      /* of all that a thread ever had */
    struct cache *next_idle; /* of those that no thread has */
    uint64_t thread;         /* number of the one that has it, or 0 */
    struct block *free[CACHE_CLASSES];
    size_t counts[CACHE_CLASSES];
    struct large *kept;                  /* freed, for the next large request; or NULL */
    struct block *remote[CACHE_CLASSES]; /* freed by other threads; they push, its own takes all */
    size_t pending;                      /* pushed there */
};

/* Taken in this order. The number of the thread that has it, or 0. */
struct caches_locks {
    uint64_t lists, pages;
    bool forks_without_lists; /* the planted bug */
};

struct caches {
    struct pb_heap front;
    uint64_t number; /* no other heap of the process has the same */
    struct caches_locks *locks;
    struct cache first; /* of the thread that opened the heap */

    uint64_t shared[CACHE_CLASSES]; /* as caches_shared.c has it */

    /* Under the lock of lists. */
    bool set_up;
    char *rest, *rest_end; /* of the heap's own pages, uncut */
    struct cache *all, *idle;
    char *fresh, *fresh_end; /* room for caches that no thread ever had */
    struct block *central[CACHE_CLASSES];
    struct block *batch[CACHE_CLASSES][CACHE_BATCH]; /* moved last */

    /* Under the lock of pages. */
    struct span *spans;
    struct large *larges;
};

extern const size_t cache_sizes[CACHE_CLASSES];

static inline char *block_memory(struct block *block) {
    return (char *)(block + 1);
}

static inline struct block *block_of(void *memory) {
    return (struct block *)memory - 1;
}

/* --- caches_locks.c --- */

void caches_lock(const struct caches *heap, uint64_t *lock);
void caches_unlock(uint64_t *lock);

/* What a busy machine does by itself, now and then: others go on for some fifty microseconds. */
void caches_pause(void);

/* The locks of a new heap. No more than 16 heaps may be open at once; fork keeps those of the one
 * opened last. */
struct caches_locks *caches_locks_open(uint64_t number, enum pb_bug bug);
void caches_locks_close(const struct caches_locks *locks);

/* --- caches_central.c: what all threads share --- */

/* A mapping in whole pages; NULL: refused. */
struct span *span_new(struct caches *heap, size_t bytes);

/* Moves a batch of blocks to an empty list of a cache; false: there is not one. */
bool central_fill(struct caches *heap, struct cache *cache, size_t class);

/* Takes the first `count` blocks of a list of a cache over. */
void central_take(struct caches *heap, struct cache *cache, size_t class, size_t count);

/* Gives a block back without the lock: what others bring to its list meanwhile is lost. */
void central_return(struct caches *heap, struct block *block);

/* A mapping of its own; NULL: refused. */
struct large *large_map(struct caches *heap, size_t bytes);

/* Makes it one of the heap's. It may be refused to go back, and stays then. */
void large_adopt(struct caches *heap, struct large *large);
void large_end(struct caches *heap, struct large *large);
size_t large_space(struct caches *heap, struct block *block);

/* --- caches_shared.c: blocks that no thread keeps, for all without a lock --- */

/* The smallest are. With the planted bug all are, so that it is met more often. */
static inline bool is_shared(const struct caches *heap, size_t class) {
    return class == 0 || has_bug(&heap->front, BUG_POPS_WITHOUT_TAG);
}

/* NULL: refused. */
struct block *shared_pop(struct caches *heap, size_t class);
void shared_push(struct caches *heap, struct block *block);

/* --- caches_thread.c: what one thread has --- */

/* A number that no other thread of the process has or had. */
uint64_t this_thread(void);

/* The cache that this thread has; NULL: none yet. */
struct cache *cache_known(struct caches *heap);

/* The same, built where there is none; NULL: refused. */
struct cache *cache_get(struct caches *heap);

/* Puts a block that its own thread freed into a cache. */
void cache_push(struct caches *heap, struct cache *cache, struct block *block);

/* A block of a class; NULL: refused. */
struct block *cache_pop(struct caches *heap, struct cache *cache, size_t class);

/* Leaves a block to the thread that has its cache. */
void cache_push_remote(const struct caches *heap, struct cache *cache, struct block *block);

#endif
