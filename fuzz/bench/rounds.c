// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* clock_gettime */
#include "rounds.h"

#include <stdlib.h>
#include <time.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static double seconds_of(void (*function)(void *work), void *work) {
    double begun = now();
    function(work);
    return now() - begun;
}

static int by_value(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median(double *values) {
    qsort(values, ROUNDS, sizeof *values, by_value);
    return values[ROUNDS / 2];
}

struct comparison compare(void (*first)(void *work), void (*second)(void *work), void *work) {
    double firsts[ROUNDS], seconds[ROUNDS], ratios[ROUNDS];
    first(work);
    second(work);
    for (size_t i = 0; i < ROUNDS; i++) {
        firsts[i] = seconds_of(first, work);
        seconds[i] = seconds_of(second, work);
        ratios[i] = seconds[i] / firsts[i];
    }
    return (struct comparison){median(firsts), median(seconds), median(ratios)};
}
