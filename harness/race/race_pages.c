// SPDX-License-Identifier: MIT
// A lock around the page source. An allocator should request pages under its own lock; if it
// does not, its heap must break, not the harness.
#define _DEFAULT_SOURCE /* pthread_sigmask */
#include "race.h"

#include <signal.h>
#include <unistd.h>

static void *map(void *ctx, size_t size) {
    struct ac_race *race = ctx;
    pthread_mutex_lock(&race->pages_lock);
    void *pages = race->pages.map(race->pages.ctx, size);
    pthread_mutex_unlock(&race->pages_lock);
    return pages;
}

static bool unmap(void *ctx, void *start, size_t size) {
    struct ac_race *race = ctx;
    pthread_mutex_lock(&race->pages_lock);
    const bool done = race->pages.unmap(race->pages.ctx, start, size);
    pthread_mutex_unlock(&race->pages_lock);
    return done;
}

static bool resize(void *ctx, void *start, size_t old_size, size_t new_size) {
    struct ac_race *race = ctx;
    pthread_mutex_lock(&race->pages_lock);
    const bool done = race->pages.resize(race->pages.ctx, start, old_size, new_size);
    pthread_mutex_unlock(&race->pages_lock);
    return done;
}

static void *remap(void *ctx, void *start, size_t old_size, size_t new_size) {
    struct ac_race *race = ctx;
    pthread_mutex_lock(&race->pages_lock);
    void *pages = race->pages.remap(race->pages.ctx, start, old_size, new_size);
    pthread_mutex_unlock(&race->pages_lock);
    return pages;
}

static void *move_break(void *ctx, ptrdiff_t increment) {
    struct ac_race *race = ctx;
    pthread_mutex_lock(&race->pages_lock);
    void *old_break = race->pages.sbrk(race->pages.ctx, increment);
    pthread_mutex_unlock(&race->pages_lock);
    return old_break;
}

static void guard_pages(struct ac_runner *runner) {
    struct ac_race *race = runner->observer_ctx;
    struct ac_page_source *pages = &runner->heap.pages;
    if (runner->heap.source == NULL)
        return;
    race->pages = *pages;
    pages->ctx = race;
    pages->map = pages->map != NULL ? map : NULL;
    pages->unmap = pages->unmap != NULL ? unmap : NULL;
    pages->resize = pages->resize != NULL ? resize : NULL;
    pages->remap = pages->remap != NULL ? remap : NULL;
    pages->sbrk = pages->sbrk != NULL ? move_break : NULL;
}

const struct ac_observer ac_race_pages_observer = {.pages_opened = guard_pages};

void ac_race_refuse(struct ac_race *race, uint64_t nth) {
    pthread_mutex_lock(&race->pages_lock);
    ac_source_refuse(race->runner->heap.source, nth, false);
    pthread_mutex_unlock(&race->pages_lock);
}

/* A fork that is interrupted by a signal starts over, so frequent preemption would never let it
 * end. */
static void change_signals(int how) {
    sigset_t preemption;
    sigemptyset(&preemption);
    sigaddset(&preemption, SIGURG);
    pthread_sigmask(how, &preemption, NULL);
}

void ac_race_before_fork(struct ac_runner *runner) {
    (void)runner;
    change_signals(SIG_BLOCK);
}

/* The lock is not held around a fork: handlers of pthread_atfork take the allocator's locks there,
 * whose holders may wait for this lock. In the child no thread holds it. */
void ac_race_after_fork(struct ac_runner *runner) {
    struct ac_race *race = ((struct ac_racer *)runner->observer_ctx)->race;
    if (getpid() != race->process)
        pthread_mutex_init(&race->pages_lock, NULL);
    change_signals(SIG_UNBLOCK);
}
