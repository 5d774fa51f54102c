// SPDX-License-Identifier: MIT
// Code whose lines test_symbols.c knows: a function that is inlined into another one.

void fixture_call(void (*back)(void));

static inline __attribute__((always_inline)) void inner(void (*back)(void), volatile int *steps) {
    ++*steps;
    back(); /* line 8 */
    ++*steps;
}

void fixture_call(void (*back)(void)) {
    volatile int steps = 0;
    inner(back, &steps); /* line 14 */
    ++steps;
}
