// SPDX-License-Identifier: MIT
// The threads of a race. A thread lives as long as its heap. At an `exit' it really ends, after it
// has started the one that continues its steps.
#define _GNU_SOURCE /* pthread_condattr_setclock, clock_gettime */
#include "race.h"

#include "run/call.h"
#include "run/check.h"
#include "run/ops.h"
#include "run/step.h"
#include "run/current.h"

#include <errno.h>
#include <sched.h>
#include <time.h>

/* Polls for the other threads before the first call of a round, and polls between two yields. */
enum { MEETS_FOR = 4000, SPINS = 500 };

__attribute__((no_sanitize("thread"))) void ac_race_note_death(void) {
    const struct ac_runner *runner = ac_current_runner();
    if (runner != NULL) {
        const struct ac_racer *racer = runner->observer_ctx;
        racer->race->watch->dying = 1 + racer->index;
    }
}

/* --- findings --- */

static void stop(struct ac_race *race) {
    atomic_store_explicit(&race->stopped, true, memory_order_relaxed);
    pthread_mutex_lock(&race->lock);
    pthread_cond_broadcast(&race->changed);
    pthread_mutex_unlock(&race->lock);
}

/* Keeps the first finding in the watch, which survives a crash of another thread. */
void ac_race_stop_with_finding(struct ac_racer *racer) {
    struct ac_race *race = racer->race;
    uint32_t none = AC_RACE_NO_THREAD;
    if (atomic_compare_exchange_strong(&race->finder, &none, racer->index)) {
        race->watch->finding = racer->report.finding;
        race->watch->found = 1;
    }
    stop(race);
}

/* The fatal handler jumped out of a call. */
void ac_race_fail_fatal(struct ac_racer *racer) {
    racer->runner.progress->in_call = 0;
    ac_false_alarm(&racer->runner);
    if (racer->report.found)
        ac_race_stop_with_finding(racer);
    else
        stop(racer->race);
}

/* --- a round, in its threads --- */

/* False: there are no more rounds. */
static bool await_round(struct ac_racer *racer) {
    struct ac_race *race = racer->race;
    pthread_mutex_lock(&race->lock);
    while (race->round == racer->seen && !race->over)
        pthread_cond_wait(&race->changed, &race->lock);
    racer->in_round = race->round != racer->seen;
    racer->seen = race->round;
    pthread_mutex_unlock(&race->lock);
    return racer->in_round;
}

/* Waits for the others to wake up: the first calls of all should coincide. */
static void meet(struct ac_race *race) {
    atomic_fetch_add_explicit(&race->ready, 1, memory_order_relaxed);
    for (unsigned i = 0; i < MEETS_FOR; i++) {
        if (atomic_load_explicit(&race->ready, memory_order_relaxed) >= race->alive)
            return;
        if (i % SPINS == SPINS - 1)
            sched_yield();
    }
}

static void leave_round(struct ac_racer *racer) {
    struct ac_race *race = racer->race;
    pthread_mutex_lock(&race->lock);
    racer->in_round = false;
    race->at_work--;
    pthread_cond_broadcast(&race->changed);
    pthread_mutex_unlock(&race->lock);
}

static void do_step(struct ac_racer *racer, const struct ac_plan_step *step) {
    struct ac_runner *runner = &racer->runner;
    ac_move_to(runner, step->op, step->round);
    if (ac_race_receive(racer, step) && !runner->report->found) {
        ac_race_pause(&racer->jitter);
        ac_race_do_op(racer);
        ac_race_send(racer, step);
    }
    if (runner->report->found)
        ac_race_stop_with_finding(racer);
}

static void free_rest(struct ac_racer *racer) {
    struct ac_runner *runner = &racer->runner;
    const uint64_t calls = runner->report->counts.calls;
    ac_free_all(runner);
    runner->report->counts.calls = calls; /* they are not the program's */
    if (runner->report->found)
        ac_race_stop_with_finding(racer);
}

/* True: the thread must end: at an `exit', or after all steps, if its end frees blocks. */
static bool run_steps(struct ac_racer *racer) {
    struct ac_race *race = racer->race;
    while (racer->next < racer->part->count && !ac_race_stopped(race)) {
        const struct ac_plan_step *step = &racer->part->steps[racer->next++];
        do_step(racer, step);
        if (race->program->ops[step->op].kind == AC_OP_EXIT && !ac_race_stopped(race))
            return true;
    }
    if (ac_race_stopped(race))
        return false;
    ac_move_to_end(&racer->runner);
    if (ac_race_frees_at_end(racer))
        return true;
    if (racer->frees)
        free_rest(racer);
    return false;
}

/* --- a thread, from start to end --- */

static void *serve(void *argument);

void ac_race_leave_heap(struct ac_racer *racer) {
    struct ac_runner *runner = &racer->runner;
    const uint64_t calls = runner->report->counts.calls;
    if (runner->allocator->thread_exit != NULL && !ac_race_stopped(racer->race)) {
        ac_enter_stage(runner, AC_STAGE_THREAD_END);
        ac_call_begin(runner, 0);
        runner->allocator->thread_exit(runner->heap.instance);
        ac_call_end(runner);
        runner->report->counts.calls = calls; /* it is not the program's */
    }
}

/* Destructors of the allocator run at a thread's end: one that never returns counts as a call that
 * hangs. */
static void note_ending(struct ac_racer *racer, bool ends) {
    ac_enter_stage(&racer->runner, ends ? AC_STAGE_THREAD_END : AC_STAGE_PROGRAM);
    racer->runner.progress->stack = UINT64_MAX; /* all of it, down to the C library */
    racer->runner.progress->in_call = ends;
}

/* Starts the thread that continues. False: the system has none. */
static bool pass_on(struct ac_racer *racer) {
    pthread_t next;
    ac_race_stop_preemption(racer);
    racer->ended = pthread_self();
    racer->has_ended = true;
    note_ending(racer, true);
    if (pthread_create(&next, NULL, serve, racer) == 0)
        return true;
    racer->has_ended = false;
    note_ending(racer, false);
    return false;
}

/* True: another thread has taken over. */
static bool go_on(struct ac_racer *racer) {
    while (racer->in_round || await_round(racer)) {
        if (racer->next == 0)
            meet(racer->race);
        if (!run_steps(racer)) {
            leave_round(racer);
            continue;
        }
        if (!ac_race_begin_freeing_end(racer))
            ac_race_leave_heap(racer);
        if (pass_on(racer))
            return true;
        ac_race_cancel_freeing_end(racer);
        racer->runner.report->counts.over_limit++; /* an `exit' */
    }
    ac_race_leave_heap(racer);
    return false;
}

/* The previous thread, with its destructors, must be gone before this one makes a call. */
static void begin(struct ac_racer *racer) {
    if (racer->has_ended) {
        pthread_join(racer->ended, NULL);
        note_ending(racer, false);
        racer->has_ended = false;
        racer->self = pthread_self();
    }
    ac_set_current_runner(&racer->runner);
    ac_race_use_short_slices();
    ac_race_pin(racer);
    ac_race_start_preemption(racer);
}

static void *serve(void *argument) {
    struct ac_racer *const racer = argument;
    begin(racer);
    /* By its index: between rounds the rest of the runner belongs to the main thread. */
    if (setjmp(racer->runner.threads[racer->index].end) == 0) {
        if (go_on(racer))
            return NULL;
    } else {
        ac_race_fail_fatal(racer);
        if (racer->in_round)
            leave_round(racer);
    }
    ac_race_stop_preemption(racer);
    note_ending(racer, true);
    return NULL;
}

/* --- in the main thread --- */

void ac_race_start_threads(struct ac_race *race) {
    race->over = false;
    race->alive = 0;
    while (race->alive < race->count) {
        struct ac_racer *racer = &race->racers[race->alive];
        racer->seen = race->round;
        racer->in_round = racer->has_ended = false;
        if (pthread_create(&racer->self, NULL, serve, racer) != 0)
            return;
        race->alive++;
    }
}

static struct timespec in_ms(clockid_t clock, unsigned milliseconds) {
    struct timespec when;
    clock_gettime(clock, &when);
    when.tv_sec += milliseconds / 1000;
    when.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (when.tv_nsec >= 1000000000) {
        when.tv_sec++;
        when.tv_nsec -= 1000000000;
    }
    return when;
}

/* After a finding, threads may hang in calls. Without one, the parent process watches for that. */
static void await_all(struct ac_race *race) {
    struct timespec until = {0, 0};
    while (race->at_work > 0 && !race->abandoned) {
        if (!ac_race_stopped(race)) {
            pthread_cond_wait(&race->changed, &race->lock);
        } else if (until.tv_sec == 0) {
            until = in_ms(CLOCK_MONOTONIC, AC_RACE_RETURN_MS);
        } else {
            race->abandoned =
                pthread_cond_timedwait(&race->changed, &race->lock, &until) == ETIMEDOUT;
        }
    }
}

void ac_race_run_threads(struct ac_race *race) {
    atomic_store_explicit(&race->ready, 0, memory_order_relaxed);
    race->watch->running = 1;
    pthread_mutex_lock(&race->lock);
    race->round++;
    race->at_work = race->alive;
    pthread_cond_broadcast(&race->changed);
    await_all(race);
    pthread_mutex_unlock(&race->lock);
    race->watch->running = 0;
}

/* After a finding a broken heap may keep a thread in its destructors. */
static void join(struct ac_race *race, struct ac_racer *racer) {
    /* ThreadSanitizer knows this function, but not the one for CLOCK_MONOTONIC. */
    const struct timespec until = in_ms(CLOCK_REALTIME, AC_RACE_RETURN_MS);
    if (!ac_race_stopped(race)) {
        pthread_join(racer->self, NULL);
    } else if (pthread_timedjoin_np(racer->self, NULL, &until) != 0) {
        race->abandoned = true;
        return;
    }
    note_ending(racer, false);
}

void ac_race_end_threads(struct ac_race *race) {
    race->watch->running = 1;
    pthread_mutex_lock(&race->lock);
    race->over = true;
    pthread_cond_broadcast(&race->changed);
    pthread_mutex_unlock(&race->lock);
    for (unsigned i = 0; i < race->alive && !race->abandoned; i++)
        join(race, &race->racers[i]);
    race->watch->running = 0;
    race->alive = 0;
}
