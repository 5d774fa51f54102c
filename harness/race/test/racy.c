// SPDX-License-Identifier: MIT
// The list and the counter are atomic even where they are misused: so the planted fault shows, not
// what the compiler makes of it.
#define _GNU_SOURCE
#include "racy.h"

#include "allocheck/profile.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

enum { CELLS = 1024, CELL = 256, MARKED = 24 };

struct cell {
    _Alignas(16) unsigned char bytes[CELL];
    _Atomic(struct cell *) next;
};

/* The fault of an instance. */
enum wrong { NOTHING, TAKES, HASTES, MARKS, COUNTS, FORKS, ORDERED, FORGETS };

static struct pool {
    enum wrong wrong;
    struct ac_open_options options;
    pthread_mutex_t lock;
    _Atomic(struct cell *) head;
    atomic_size_t live;
    atomic_bool spins, lingers;
    size_t last; /* size of the previous request; ORDERED */
    struct cell cells[CELLS];
} pool;

static _Thread_local bool has_left;
static unsigned disorder;
static atomic_uint exits, ends;
static pthread_key_t key;
static pthread_once_t key_made = PTHREAD_ONCE_INIT;

unsigned racy_disorder(void) {
    return disorder;
}

unsigned racy_exits(void) {
    return atomic_load(&exits);
}

unsigned racy_ends(void) {
    return atomic_load(&ends);
}

static void on_end(void *value) {
    (void)value;
    atomic_fetch_add(&ends, 1);
    while (atomic_load(&pool.lingers))
        sched_yield();
}

static void make_key(void) {
    pthread_key_create(&key, on_end);
}

/* --- the list --- */

/* Wide enough for another thread. */
static void window(void) {
    sched_yield();
}

static bool has_lock(const struct pool *of) {
    return of->wrong != ORDERED;
}

static void lock(struct pool *of) {
    if (has_lock(of))
        pthread_mutex_lock(&of->lock);
}

static void unlock(struct pool *of) {
    if (has_lock(of))
        pthread_mutex_unlock(&of->lock);
}

static struct cell *take(struct pool *from) {
    struct cell *cell = atomic_load_explicit(&from->head, memory_order_relaxed);
    if (cell != NULL) {
        struct cell *next = atomic_load_explicit(&cell->next, memory_order_relaxed);
        if (from->wrong == TAKES || from->wrong == FORKS)
            window();
        atomic_store_explicit(&from->head, next, memory_order_relaxed);
    }
    return cell;
}

static void put(struct pool *to, struct cell *cell) {
    struct cell *head = atomic_load_explicit(&to->head, memory_order_relaxed);
    atomic_store_explicit(&cell->next, head, memory_order_relaxed);
    atomic_store_explicit(&to->head, cell, memory_order_relaxed);
}

static void count(struct pool *of, size_t change) {
    if (of->wrong != COUNTS) {
        atomic_fetch_add_explicit(&of->live, change, memory_order_relaxed);
        return;
    }
    const size_t live = atomic_load_explicit(&of->live, memory_order_relaxed);
    window();
    atomic_store_explicit(&of->live, live + change, memory_order_relaxed);
}

/* --- requests of odd sizes --- */

static void *spin(struct pool *of) {
    atomic_store(&of->spins, true);
    for (;;)
        sched_yield();
    return NULL;
}

static void *misalign(struct pool *of) {
    while (!atomic_load(&of->spins))
        sched_yield();
    return &of->cells[CELLS - 1].bytes[1];
}

static void note_order(struct pool *of, size_t size) {
    disorder += size != 1 && size != of->last + 1;
    of->last = size;
}

static void *odd_request(struct pool *of, size_t size) {
    switch (size) {
    case RACY_ACCUSES:
        of->options.fatal(of->options.fatal_ctx, "double free");
        return NULL;
    case RACY_CRASHES:
        raise(SIGSEGV);
        return NULL;
    case RACY_KEEPS_LOCK:
        pthread_mutex_lock(&of->lock);
        return take(of);
    case RACY_SPINS:
        return spin(of);
    case RACY_LINGERS:
        atomic_store(&of->lingers, true);
        return take(of);
    default:
        return misalign(of);
    }
}

/* --- the allocator --- */

static void note_thread(struct pool *of) {
    pthread_once(&key_made, make_key);
    pthread_setspecific(key, of);
}

static void *cells_malloc(void *heap, size_t size) {
    struct pool *of = heap;
    note_thread(of);
    if (size > RACY_LARGEST) {
        errno = ENOMEM;
        return NULL;
    }
    if (size >= RACY_ACCUSES && size <= RACY_LINGERS)
        return odd_request(of, size);
    if (of->wrong == ORDERED)
        note_order(of, size);
    struct cell *cell;
    if (of->wrong == TAKES || of->wrong == HASTES) {
        cell = take(of);
    } else {
        lock(of);
        cell = take(of);
        unlock(of);
    }
    count(of, cell != NULL);
    return cell;
}

static void cells_free(void *heap, void *block) {
    struct pool *of = heap;
    note_thread(of);
    if (block == NULL || (of->wrong == FORGETS && has_left))
        return;
    count(of, (size_t)-1);
    lock(of);
    put(of, block);
    unlock(of);
    if (of->wrong == MARKS) {
        window();
        memset(block, 0xDD, MARKED);
    }
}

static bool cells_statistics(void *heap, struct ac_statistics *out) {
    const struct pool *of = heap;
    *out = (struct ac_statistics){
        .live_blocks = atomic_load(&of->live), .live_bytes = SIZE_MAX, .held_bytes = SIZE_MAX};
    return true;
}

static size_t cells_too_wide(void *heap, void *block) {
    (void)heap;
    return block != NULL ? 2 * CELL : 0;
}

static void cells_leave(void *heap) {
    (void)heap;
    has_left = true;
    atomic_fetch_add(&exits, 1);
}

/* --- around a fork --- */

static void prepare_fork(void *heap) {
    struct pool *of = heap;
    if (of->wrong != FORKS)
        lock(of);
}

static void end_fork(void *heap) {
    struct pool *of = heap;
    if (of->wrong != FORKS)
        unlock(of);
}

static void *open_pool(const struct ac_open_options *options, enum wrong wrong) {
    pool.wrong = wrong;
    pool.options = *options;
    pthread_mutex_init(&pool.lock, NULL);
    atomic_store(&pool.head, NULL);
    atomic_store(&pool.live, 0);
    atomic_store(&pool.spins, false);
    atomic_store(&pool.lingers, false);
    pool.last = 0;
    for (size_t i = 0; i < CELLS - 1; i++)
        put(&pool, &pool.cells[i]);
    return &pool;
}

static void close_pool(void *heap) {
    (void)heap;
}

static void *open_right(const struct ac_open_options *options) {
    return open_pool(options, NOTHING);
}

static void *open_takes(const struct ac_open_options *options) {
    return open_pool(options, TAKES);
}

static void *open_hastes(const struct ac_open_options *options) {
    return open_pool(options, HASTES);
}

static void *open_marks(const struct ac_open_options *options) {
    return open_pool(options, MARKS);
}

static void *open_counts(const struct ac_open_options *options) {
    return open_pool(options, COUNTS);
}

static void *open_forks(const struct ac_open_options *options) {
    return open_pool(options, FORKS);
}

static void *open_forgets(const struct ac_open_options *options) {
    has_left = false; /* of the thread that opens the heap; set in an earlier pool */
    return open_pool(options, FORGETS);
}

static void *open_ordered(const struct ac_open_options *options) {
    return open_pool(options, ORDERED);
}

static const struct ac_profile profile = {.name = "cells",
                                          .zero = {AC_ZERO_FRESH(AC_ZERO_BLOCK)},
                                          .held_when_empty = SIZE_MAX,
                                          .min_alignment = 16};

#define CELLS_ALLOCATOR(label, opens)                                                              \
    {                                                                                              \
        .struct_size = sizeof(struct ac_allocator), .name = label, .profile = &profile,            \
        .open = opens, .close = close_pool, .malloc = cells_malloc, .free = cells_free,            \
        .statistics = cells_statistics, .thread_exit = cells_leave, .fork_prepare = prepare_fork,  \
        .fork_parent = end_fork, .fork_child = end_fork                                            \
    }

const struct ac_allocator racy_right = CELLS_ALLOCATOR("right", open_right);
const struct ac_allocator racy_takes = CELLS_ALLOCATOR("takes", open_takes);
const struct ac_allocator racy_hastes = CELLS_ALLOCATOR("hastes", open_hastes);
const struct ac_allocator racy_marks = CELLS_ALLOCATOR("marks", open_marks);
const struct ac_allocator racy_counts = CELLS_ALLOCATOR("counts", open_counts);
const struct ac_allocator racy_forks = CELLS_ALLOCATOR("forks", open_forks);
const struct ac_allocator racy_forgets = CELLS_ALLOCATOR("forgets", open_forgets);
const struct ac_allocator racy_ordered = CELLS_ALLOCATOR("ordered", open_ordered);

const struct ac_allocator racy_reaches = {.struct_size = sizeof racy_reaches,
                                          .name = "reaches",
                                          .profile = &profile,
                                          .open = open_right,
                                          .close = close_pool,
                                          .malloc = cells_malloc,
                                          .free = cells_free,
                                          .usable_size = cells_too_wide};

/* --- one mapping a block: the size in front of it --- */

enum { PREFIX = 16 };

static size_t mapping_of(const struct ac_page_source *source, size_t size) {
    return (size + PREFIX + source->page_size - 1) & ~(source->page_size - 1);
}

static void *maps_malloc(void *heap, size_t size) {
    const struct ac_page_source *source = heap;
    const bool fits = size <= source->limit - PREFIX - source->page_size;
    char *pages = fits ? source->map(source->ctx, mapping_of(source, size)) : NULL;
    if (pages == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    *(size_t *)(void *)pages = size;
    return pages + PREFIX;
}

static void maps_free(void *heap, void *block) {
    const struct ac_page_source *source = heap;
    if (block != NULL) {
        char *pages = (char *)block - PREFIX;
        const int error = errno;
        source->unmap(source->ctx, pages, mapping_of(source, *(size_t *)(void *)pages));
        errno = error;
    }
}

static void *open_maps(const struct ac_open_options *options) {
    return (void *)options->source;
}

const struct ac_allocator racy_maps = {.struct_size = sizeof racy_maps,
                                       .name = "maps",
                                       .profile = &profile,
                                       .sources = AC_SOURCE_MMAP,
                                       .open = open_maps,
                                       .close = close_pool,
                                       .malloc = maps_malloc,
                                       .free = maps_free};
