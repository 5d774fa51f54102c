// SPDX-License-Identifier: MIT
// Stops threads inside calls: each has a timer whose signal handler lets others run for a while, so
// that a race window of two instructions is hit too.
#define _GNU_SOURCE /* timer_create, SIGEV_THREAD_ID, gettid */
#include "race.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

enum {
    SIGNAL = SIGURG,  /* ignored by default, so a late one does no harm */
    LEAST_NS = 10000, /* from the end of one preemption to the next */
    MOST_NS = 400000,
    MOST_SPINS = 30000,
};

_Static_assert(sizeof(timer_t) == sizeof(void *), "a timer id fits in a pointer");

static _Thread_local struct ac_race_preemption *preemption;

/* Called after each preemption: the thread must progress in between. */
static void set_timer(struct ac_race_preemption *mine) {
    const long after = LEAST_NS + (long)ac_random_below(&mine->random, MOST_NS - LEAST_NS);
    const struct itimerspec times = {.it_value = {0, after}};
    timer_settime(mine->timer, 0, &times, NULL);
}

/* Half of the time others run on other CPUs, half of the time on this one. */
static void stand_still(struct ac_random *random) {
    const struct timespec briefly = {0, 1};
    const uint64_t drawn = ac_random_next(random);
    const unsigned iterations = (unsigned)(drawn >> 32) % MOST_SPINS;
    if (drawn % 4 == 0) {
        sched_yield();
    } else if (drawn % 4 == 1) {
        nanosleep(&briefly, NULL);
    } else {
        for (volatile unsigned i = 0; i < iterations; i++) {
        }
    }
}

static void on_signal(int number) {
    const int error = errno;
    (void)number;
    if (preemption != NULL && preemption->on) {
        stand_still(&preemption->random);
        set_timer(preemption);
    }
    errno = error;
}

/* A program that uses the signal keeps it. */
static bool is_free(void) {
    struct sigaction now;
    return sigaction(SIGNAL, NULL, &now) == 0 && now.sa_handler == SIG_DFL;
}

void ac_race_install_preemption(struct ac_race *race) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    race->catches = !AC_RACES_REPORTED && is_free() && sigaction(SIGNAL, &action, NULL) == 0;
}

void ac_race_remove_preemption(struct ac_race *race) {
    if (race->catches)
        signal(SIGNAL, SIG_DFL);
}

void ac_race_start_preemption(struct ac_racer *racer) {
    struct ac_race_preemption *mine = &racer->preemption;
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGNAL};
    event.sigev_notify_thread_id = gettid();
    mine->on = racer->race->catches && racer->race->preempts &&
               timer_create(CLOCK_MONOTONIC, &event, &mine->timer) == 0;
    if (mine->on) {
        preemption = mine;
        set_timer(mine);
    }
}

void ac_race_stop_preemption(struct ac_racer *racer) {
    if (racer->preemption.on) {
        racer->preemption.on = false;
        timer_delete(racer->preemption.timer);
    }
}
