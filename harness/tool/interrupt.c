// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* sigpending */
#include "interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <stdio.h>

static const int end_signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { END_SIGNALS = sizeof end_signals / sizeof *end_signals };

void interrupt_hold(void) {
    sigset_t held;
    sigemptyset(&held);
    for (size_t i = 0; i < END_SIGNALS; i++) {
        struct sigaction action;
        if (sigaction(end_signals[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(&held, end_signals[i]);
    }
    sigprocmask(SIG_BLOCK, &held, NULL);
}

int interrupt_signal(void) {
    sigset_t pending;
    sigpending(&pending);
    for (size_t i = 0; i < END_SIGNALS; i++)
        if (sigismember(&pending, end_signals[i]))
            return end_signals[i];
    return 0;
}

bool interrupt_pending(void) {
    return interrupt_signal() != 0;
}

void interrupt_release(void) {
    sigset_t all;
    fflush(NULL);
    sigemptyset(&all);
    for (size_t i = 0; i < END_SIGNALS; i++)
        sigaddset(&all, end_signals[i]);
    sigprocmask(SIG_UNBLOCK, &all, NULL);
}
