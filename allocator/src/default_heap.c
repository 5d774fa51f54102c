// SPDX-License-Identifier: MIT
// The process-wide heap. The first call opens it, even before constructors run. Uses no thread-
// local storage and nothing that allocates.
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "slate.h"

static _Atomic(struct slate_heap *) heap;
static atomic_bool opening;

/* Callers must not see errno change while they wait. */
static void park(unsigned *word, unsigned value) {
    int saved = errno;
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
    errno = saved;
}

static void unpark(unsigned *word) {
    int saved = errno;
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    errno = saved;
}

static const struct slate_parking parking = {park, unpark};

static void write_all(const char *text, size_t size) {
    while (size > 0) {
        ssize_t written = write(STDERR_FILENO, text, size);
        if (written <= 0)
            return;
        text += written;
        size -= (size_t)written;
    }
}

static void die(void *ctx, const char *text) {
    (void)ctx;
    write_all(text, strlen(text));
    write_all("\n", 1);
    abort();
}

/* Early in a boot there is no randomness; the canaries are then the same each time. */
static uint64_t draw_seed(void) {
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != (ssize_t)sizeof seed)
        seed = 0;
    return seed;
}

static struct slate_heap *open_heap(void) {
    int saved = errno;
    struct slate_source source = slate_source_process();
    struct slate_heap *opened = slate_open(&(struct slate_options){
        .source = &source, .seed = draw_seed(), .fatal = die, .parking = &parking});
    if (opened != NULL)
        errno = saved;
    return opened;
}

/* One thread opens the heap while the others wait; after a failure the next call tries again. */
static struct slate_heap *open_once(void) {
    while (atomic_exchange_explicit(&opening, true, memory_order_acquire))
        sched_yield();
    struct slate_heap *opened = atomic_load_explicit(&heap, memory_order_relaxed);
    if (opened == NULL) {
        opened = open_heap();
        atomic_store_explicit(&heap, opened, memory_order_release);
    }
    atomic_store_explicit(&opening, false, memory_order_release);
    return opened;
}

struct slate_heap *slate_default_heap(void) {
    struct slate_heap *opened = atomic_load_explicit(&heap, memory_order_acquire);
    return opened != NULL ? opened : open_once();
}

/* Holds the lock during a fork, so that the child gets the heap between two calls. */
static void before_fork(void) {
    if (slate_default_heap() != NULL)
        slate_heap_lock(heap);
}

static void after_fork(void) {
    if (heap != NULL)
        slate_heap_unlock(heap);
}

__attribute__((constructor)) static void register_fork_handlers(void) {
    pthread_atfork(before_fork, after_fork, after_fork);
}

/* Without a heap no block was ever allocated, so any pointer is foreign. */
static struct slate_heap *heap_of_block(void) {
    struct slate_heap *opened = slate_default_heap();
    if (opened == NULL)
        die(NULL, slate_misuse_text(SLATE_FREE_FOREIGN));
    return opened;
}

void *slate_malloc(size_t size) {
    struct slate_heap *h = slate_default_heap();
    return h == NULL ? NULL : slate_heap_malloc(h, size);
}

void *slate_calloc(size_t count, size_t size) {
    struct slate_heap *h = slate_default_heap();
    return h == NULL ? NULL : slate_heap_calloc(h, count, size);
}

void *slate_realloc(void *block, size_t size) {
    return block == NULL ? slate_malloc(size) : slate_heap_realloc(heap_of_block(), block, size);
}

void *slate_reallocarray(void *block, size_t count, size_t size) {
    struct slate_heap *h = slate_default_heap();
    return h == NULL ? NULL : slate_heap_reallocarray(h, block, count, size);
}

void slate_free(void *block) {
    if (block != NULL)
        slate_heap_free(heap_of_block(), block);
}

void slate_free_sized(void *block, size_t size) {
    if (block != NULL)
        slate_heap_free_sized(heap_of_block(), block, size);
}

void slate_free_aligned_sized(void *block, size_t alignment, size_t size) {
    if (block != NULL)
        slate_heap_free_aligned_sized(heap_of_block(), block, alignment, size);
}

void *slate_aligned_alloc(size_t alignment, size_t size) {
    struct slate_heap *h = slate_default_heap();
    return h == NULL ? NULL : slate_heap_aligned_alloc(h, alignment, size);
}

int slate_posix_memalign(void **out, size_t alignment, size_t size) {
    int saved = errno;
    struct slate_heap *h = slate_default_heap();
    errno = saved;
    return h == NULL ? ENOMEM : slate_heap_posix_memalign(h, out, alignment, size);
}

void *slate_memalign(size_t alignment, size_t size) {
    return slate_aligned_alloc(alignment, size);
}

void *slate_valloc(size_t size) {
    struct slate_heap *h = slate_default_heap();
    return h == NULL ? NULL : slate_heap_valloc(h, size);
}

void *slate_pvalloc(size_t size) {
    struct slate_heap *h = slate_default_heap();
    return h == NULL ? NULL : slate_heap_pvalloc(h, size);
}

size_t slate_malloc_usable_size(void *block) {
    return block == NULL ? 0 : slate_heap_malloc_usable_size(heap_of_block(), block);
}
