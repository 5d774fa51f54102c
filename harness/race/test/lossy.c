// SPDX-License-Identifier: MIT
// The list changes by atomic exchanges: nothing is wrong but the loss.
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "lossy.h"

#include "allocheck/profile.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>

enum { CELL = 512, CHUNK = 16 << 10, LARGEST = 480 };

struct cell {
    _Alignas(16) unsigned char bytes[CELL - 16];
    struct cell *next;
};

/* Starts a chunk; cells follow. */
struct chunk {
    struct chunk *next;
};

enum loss { NONE, IN_RACES, AT_EXITS };

static struct pool {
    enum loss loss;
    const struct ac_page_source *source; /* NULL: it maps pages */
    pthread_mutex_t lock;
    _Atomic(struct cell *) free;
    struct chunk *chunks;
} pool;

/* --- pages --- */

static void *map_chunk(struct pool *of) {
    if (of->source != NULL)
        return of->source->map(of->source->ctx, CHUNK);
    void *pages = mmap(NULL, CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages != MAP_FAILED ? pages : NULL;
}

static void unmap_chunk(struct pool *of, struct chunk *chunk) {
    if (of->source != NULL)
        of->source->unmap(of->source->ctx, chunk, CHUNK);
    else
        munmap(chunk, CHUNK);
}

/* --- the list; a thread takes all of it to change it --- */

static struct cell *take_off(struct pool *of) {
    return atomic_exchange_explicit(&of->free, NULL, memory_order_acquire);
}

static void put_on(struct pool *of, struct cell *first) {
    atomic_store_explicit(&of->free, first, memory_order_release);
}

static void push(struct pool *of, struct cell *cell) {
    cell->next = take_off(of);
    put_on(of, cell);
}

static void grow(struct pool *of) {
    struct chunk *chunk = map_chunk(of);
    if (chunk == NULL)
        return;
    chunk->next = of->chunks;
    of->chunks = chunk;
    for (size_t at = CELL; at + CELL <= CHUNK; at += CELL)
        push(of, (struct cell *)(void *)((char *)chunk + at));
}

static struct cell *pop(struct pool *of) {
    struct cell *cell = take_off(of);
    if (cell != NULL)
        put_on(of, cell->next);
    return cell;
}

/* --- the allocator --- */

static void *lossy_malloc(void *heap, size_t size) {
    struct pool *of = heap;
    struct cell *cell = NULL;
    if (size <= LARGEST) {
        pthread_mutex_lock(&of->lock);
        cell = pop(of);
        if (cell == NULL) {
            grow(of);
            cell = pop(of);
        }
        pthread_mutex_unlock(&of->lock);
    }
    if (cell == NULL)
        errno = ENOMEM;
    return cell;
}

static void lossy_free(void *heap, void *block) {
    struct pool *of = heap;
    struct cell *cell = block;
    if (cell == NULL)
        return;
    if (of->loss == IN_RACES) {
        cell->next = take_off(of);
        sched_yield(); /* wide enough for another thread */
        put_on(of, cell);
        return;
    }
    pthread_mutex_lock(&of->lock);
    push(of, cell);
    pthread_mutex_unlock(&of->lock);
}

static void lossy_exit(void *heap) {
    struct pool *of = heap;
    if (of->loss == AT_EXITS)
        lossy_malloc(of, 1);
}

static void *open_pool(const struct ac_open_options *options, enum loss loss) {
    pool.loss = loss;
    pool.source = options->source;
    pool.chunks = NULL;
    pthread_mutex_init(&pool.lock, NULL);
    put_on(&pool, NULL);
    return &pool;
}

static void close_pool(void *heap) {
    struct pool *of = heap;
    struct chunk *next;
    for (struct chunk *chunk = of->chunks; chunk != NULL; chunk = next) {
        next = chunk->next;
        unmap_chunk(of, chunk);
    }
}

static void *open_races(const struct ac_open_options *options) {
    return open_pool(options, IN_RACES);
}

static void *open_exits(const struct ac_open_options *options) {
    return open_pool(options, AT_EXITS);
}

static void *open_never(const struct ac_open_options *options) {
    return open_pool(options, NONE);
}

static const struct ac_profile profile = {.name = "lossy",
                                          .zero = {AC_ZERO_FRESH(AC_ZERO_BLOCK)},
                                          .held_when_empty = SIZE_MAX,
                                          .min_alignment = 16};

#define LOSSY_ALLOCATOR(label, opens, serves)                                                      \
    {                                                                                              \
        .struct_size = sizeof(struct ac_allocator), .name = label, .profile = &profile,            \
        .sources = serves, .open = opens, .close = close_pool, .malloc = lossy_malloc,             \
        .free = lossy_free, .thread_exit = lossy_exit                                              \
    }

const struct ac_allocator lossy_races = LOSSY_ALLOCATOR("races", open_races, AC_SOURCE_MMAP);
const struct ac_allocator lossy_resident = LOSSY_ALLOCATOR("resident", open_races, 0);
const struct ac_allocator lossy_exits = LOSSY_ALLOCATOR("exits", open_exits, AC_SOURCE_MMAP);
const struct ac_allocator lossy_never = LOSSY_ALLOCATOR("never", open_never, AC_SOURCE_MMAP);
