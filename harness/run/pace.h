// SPDX-License-Identifier: MIT
// Growth at a steady pace: how no-growth distinguishes a leak from memory that is filling up.
#ifndef ALLOCHECK_PACE_H
#define ALLOCHECK_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    AC_PACE_WINDOWS = 4, /* of equal length, */
    AC_PACE_LAST = 8,    /* then one that is as long as this many of them */
    AC_PACE_ALL = AC_PACE_WINDOWS + AC_PACE_LAST,
};

/* Runs *rounds rounds, or fewer, and sets *rounds to the number run and *bytes to what is held
 * after them. False: something else was found, and there is nothing more to learn. */
typedef bool ac_pace_rounds(void *ctx, uint64_t *rounds, uint64_t *bytes);

struct ac_pace {
    ac_pace_rounds *run;
    void *ctx;
    uint64_t length;  /* rounds of the first equal windows */
    uint64_t left;    /* rounds that may be run */
    uint64_t slack;   /* bytes by which memory may grow in the equal windows */
    unsigned percent; /* of their pace that the last window must keep up */

    /* --- if it grows, how --- */
    uint64_t risen, rounds;     /* bytes in the equal windows, and their rounds */
    uint64_t more, more_rounds; /* the same of the last window */
};

/* True if what is held, `bytes' now, grows at a steady pace: it rises in each of the equal windows,
 * by more than the slack in all, and goes on through the last window. If it rises in some windows
 * only, or slows down, longer windows follow as long as rounds are left. */
bool ac_pace_is_steady(struct ac_pace *pace, uint64_t bytes);

#endif
