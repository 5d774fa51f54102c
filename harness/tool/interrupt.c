// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* sigtimedwait */
#include "interrupt.h"

#include "clock.h"
#include "status.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

static const int end_signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { END_SIGNALS = sizeof end_signals / sizeof *end_signals };

/* `timeout` sends its signal twice, to the process and to its group: what comes that soon is one
 * request. */
enum { SAME_MS = 200 };

static int taken; /* the signal that asks for the end; 0: none yet */
static uint64_t taken_ms;

static void collect(sigset_t *signals) {
    sigemptyset(signals);
    for (size_t i = 0; i < END_SIGNALS; i++)
        sigaddset(signals, end_signals[i]);
}

void interrupt_hold(void) {
    sigset_t held;
    if (taken != 0)
        return; /* a second signal is to end the process */
    sigemptyset(&held);
    for (size_t i = 0; i < END_SIGNALS; i++) {
        struct sigaction action;
        if (sigaction(end_signals[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(&held, end_signals[i]);
    }
    sigprocmask(SIG_BLOCK, &held, NULL);
}

/* A pending signal, which is pending no longer; 0: none. */
static int take(void) {
    const struct timespec now = {0, 0};
    sigset_t signals;
    collect(&signals);
    const int signal = sigtimedwait(&signals, NULL, &now);
    return signal > 0 ? signal : 0;
}

static void unblock(void) {
    sigset_t signals;
    collect(&signals);
    sigprocmask(SIG_UNBLOCK, &signals, NULL);
}

int interrupt_signal(void) {
    if (taken == 0) {
        taken = take();
        taken_ms = taken != 0 ? clock_ms() : 0;
    } else if (taken_ms != 0) {
        take();
        if (clock_ms() - taken_ms > SAME_MS) {
            unblock();
            taken_ms = 0;
        }
    }
    return taken;
}

bool interrupt_poll(void) {
    status_tick();
    return interrupt_pending();
}

bool interrupt_pending(void) {
    return interrupt_signal() != 0;
}

void interrupt_release(void) {
    fflush(NULL);
    unblock();
    if (taken != 0)
        raise(taken);
}
