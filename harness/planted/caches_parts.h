// SPDX-License-Identifier: MIT
// The parts of a heap with caches: shared, and per thread.
#ifndef PLANTED_CACHES_PARTS_H
#define PLANTED_CACHES_PARTS_H

#include "caches.h"

enum {
    CACHE_CLASSES = 7,
    LARGE_CLASS = CACHE_CLASSES,
    SPAN_BYTES = 8192, /* cut into blocks at once */
    CACHE_BATCH = 8,
    CACHE_MOST = 32,
};

struct cache;
struct large;

/* The header of each block, live or free. */
struct block {
    union {
        struct cache *owner; /* that allocated it last */
        struct large *large; /* of LARGE_CLASS */
    };
    struct block *next; /* in a free list */
    size_t class;
    size_t asked;
};

/* The header of the mapping of a large block. */
struct large {
    struct large *next, *prev; /* list of all */
    size_t bytes;              /* mapped */
    size_t unused;
};

/* The header of any other mapping. */
struct span {
    struct span *next;
    size_t bytes;
};

/* The cache of one thread, or idle. */
struct cache {
    struct cache *next;      /* list of all */
    struct cache *next_idle; /* list of idle caches */
    uint64_t thread;         /* number of its thread; 0: idle */
    struct block *free[CACHE_CLASSES];
    size_t counts[CACHE_CLASSES];
    struct large *kept; /* freed, kept for the next large request; or NULL */
    struct block
        *remote[CACHE_CLASSES]; /* freed by other threads, which push; its thread pops all */
    size_t pending;             /* blocks in `remote` */
};

/* Locks, in locking order: the number of the holding thread, or 0. */
struct caches_locks {
    uint64_t lists, pages;
    bool forks_without_lists; /* the planted bug */
};

struct caches {
    struct pb_heap front;
    uint64_t number; /* unique in the process */
    struct caches_locks *locks;
    struct cache first; /* of the thread that opened the heap */

    uint64_t shared[CACHE_CLASSES]; /* see caches_shared.c */
    size_t sized[CACHE_CLASSES];    /* see caches_sized.c */
    size_t ended;                   /* threads since the heap was empty */

    /* Under the lock of lists. */
    bool set_up;
    char *rest, *rest_end; /* of the heap's own pages, not yet cut */
    struct cache *all, *idle;
    char *fresh, *fresh_end; /* space for new caches */
    struct block *central[CACHE_CLASSES];
    struct block *batch[CACHE_CLASSES][CACHE_BATCH]; /* the last moved batch */

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

/* Lets other threads run for about 50 microseconds, which widens a race. */
void caches_pause(void);

/* Initialises the locks of a new heap. At most 16 heaps can be open; fork handles the last one. */
struct caches_locks *caches_locks_open(uint64_t number, enum pb_bug bug);
void caches_locks_close(const struct caches_locks *locks);

/* --- caches_central.c: shared by all threads --- */

/* A mapping in whole pages; NULL: refused. */
struct span *span_new(struct caches *heap, size_t bytes);

/* Moves a batch of blocks to an empty list of a cache. False: no blocks left. */
bool central_fill(struct caches *heap, struct cache *cache, size_t class);

/* Moves the first `count` blocks of a cache's list to the shared list. */
void central_take(struct caches *heap, struct cache *cache, size_t class, size_t count);

/* Returns a block without the lock: blocks that others return meanwhile are lost. */
void central_return(struct caches *heap, struct block *block);

/* Maps a large block; NULL: refused. */
struct large *large_map(struct caches *heap, size_t bytes);

/* Adds it to the heap's list; removes and unmaps it (it stays if that is refused). */
void large_adopt(struct caches *heap, struct large *large);
void large_end(struct caches *heap, struct large *large);
size_t large_space(struct caches *heap, struct block *block);

/* --- caches_shared.c: blocks shared by all threads without a lock --- */

/* True for the smallest blocks; with the planted bug, for all, which makes it more likely. */
static inline bool is_shared(const struct caches *heap, size_t class) {
    return class == 0 || has_bug(&heap->front, BUG_POPS_WITHOUT_TAG);
}

/* NULL: refused. */
struct block *shared_pop(struct caches *heap, size_t class);
void shared_push(struct caches *heap, struct block *block);

/* --- caches_sized.c --- */

/* True if a planted bug needs the number of sized frees since the last allocation of a class. */
static inline bool counts_sized(const struct caches *heap) {
    return has_bug(&heap->front, BUG_SIZED_OVERFLOWS_CACHE) ||
           has_bug(&heap->front, BUG_ALIGNED_SIZED_WRONG_CLASS);
}

/* --- caches_thread.c: per thread --- */

/* True if the thread has left the heap, and frees more blocks in its destructors than fit. */
bool cache_overflows_at_exit(const struct caches *heap);

/* The number of this thread, unique in the process. */
uint64_t this_thread(void);

/* The cache of this thread; NULL: none yet. */
struct cache *cache_known(struct caches *heap);

/* The same, but makes one if there is none; NULL: refused. */
struct cache *cache_get(struct caches *heap);

/* Puts a block into the cache of its thread, which frees it. */
void cache_push(struct caches *heap, struct cache *cache, struct block *block);

/* Allocates a block of a class; NULL: refused. */
struct block *cache_pop(struct caches *heap, struct cache *cache, size_t class);

/* Hands a block to the thread of its cache. */
void cache_push_remote(const struct caches *heap, struct cache *cache, struct block *block);

#endif
