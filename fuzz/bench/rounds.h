// SPDX-License-Identifier: MIT
// Compares two pieces of work in one run: rounds that alternate, medians.
#ifndef FUZZ_BENCH_ROUNDS_H
#define FUZZ_BENCH_ROUNDS_H

#include <stddef.h>

enum { ROUNDS = 15 };

struct comparison {
    double first, second; /* seconds, the median round of each */
    double ratio;         /* the median of second / first, round by round */
};

/* One uncounted round of each, then ROUNDS of each in turn. */
struct comparison compare(void (*first)(void *work), void (*second)(void *work), void *work);

#endif
