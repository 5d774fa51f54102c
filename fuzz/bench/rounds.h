// SPDX-License-Identifier: MIT
// Compares the time of two functions in one process: alternating rounds, medians.
#ifndef FUZZ_BENCH_ROUNDS_H
#define FUZZ_BENCH_ROUNDS_H

#include <stddef.h>

enum { ROUNDS = 15 };

struct comparison {
    double first, second; /* seconds of the median rounds */
    double ratio;         /* median of second / first, per round */
};

/* Runs each once without counting, then ROUNDS times in alternation. */
struct comparison compare(void (*first)(void *work), void (*second)(void *work), void *work);

#endif
