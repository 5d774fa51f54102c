// SPDX-License-Identifier: MIT
// Locks, and their fork handlers: fork takes both locks, so that no other thread holds one in the
// child, and releases them on both sides.
#define _DEFAULT_SOURCE /* nanosleep */
#include "caches_parts.h"

#include <pthread.h>
#include <sched.h>
#include <time.h>

enum { TABLE = 16, SPINS = 4096 /* before yielding: a deadlock must use CPU time */ };

/* Not in the heaps, since a fork handler may run after the last heap is unmapped. */
static struct caches_locks table[TABLE];
static struct caches_locks *opened_last; /* or NULL */

static void take(uint64_t *lock, bool again) {
    const uint64_t me = this_thread();
    uint64_t holder = 0;
    unsigned spins = 0;
    while (!__atomic_compare_exchange_n(lock, &holder, me, false, __ATOMIC_ACQUIRE,
                                        __ATOMIC_RELAXED)) {
        if (again && holder == me)
            return;
        holder = 0;
        if (++spins % SPINS == 0)
            sched_yield();
    }
}

/* A recursive lock would hide that a thread never released it. */
void caches_lock(const struct caches *heap, uint64_t *lock) {
    take(lock, has_bug(&heap->front, BUG_REFUSAL_KEEPS_LOCK));
}

void caches_unlock(uint64_t *lock) {
    __atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

void caches_pause(void) {
    const struct timespec briefly = {0, 1};
    nanosleep(&briefly, NULL);
}

static void before_fork(void) {
    struct caches_locks *locks = __atomic_load_n(&opened_last, __ATOMIC_ACQUIRE);
    if (locks == NULL)
        return;
    if (!locks->forks_without_lists)
        take(&locks->lists, false);
    take(&locks->pages, false);
}

static void after_fork(void) {
    struct caches_locks *locks = __atomic_load_n(&opened_last, __ATOMIC_ACQUIRE);
    if (locks == NULL)
        return;
    caches_unlock(&locks->pages);
    if (!locks->forks_without_lists)
        caches_unlock(&locks->lists);
}

static void watch_forks(void) {
    pthread_atfork(before_fork, after_fork, after_fork);
}

struct caches_locks *caches_locks_open(uint64_t number, enum pb_bug bug) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, watch_forks);
    struct caches_locks *locks = &table[number % TABLE];
    *locks = (struct caches_locks){.forks_without_lists = bug == BUG_FORK_FORGETS_LISTS};
    __atomic_store_n(&opened_last, locks, __ATOMIC_RELEASE);
    return locks;
}

void caches_locks_close(const struct caches_locks *locks) {
    if (__atomic_load_n(&opened_last, __ATOMIC_ACQUIRE) == locks)
        __atomic_store_n(&opened_last, NULL, __ATOMIC_RELEASE);
}
