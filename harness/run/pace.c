// SPDX-License-Identifier: MIT
// A closed loop may hold more and more for a while, for two reasons that end: memory that depends
// on chance reaches its peak late, and pages of a fixed zone are touched for the first time. Both
// slow down: the less is left to reach, the more rarely it is reached. A leak keeps its pace.
#include "pace.h"

enum { STEP = 4 }; /* factor between the lengths of windows */

static uint64_t rise(uint64_t from, uint64_t to) {
    return to > from ? to - from : 0;
}

static bool run(struct ac_pace *pace, uint64_t *rounds, uint64_t *bytes) {
    const bool clean = pace->run(pace->ctx, rounds, bytes);
    pace->left -= *rounds < pace->left ? *rounds : pace->left;
    return clean;
}

/* The number of equal windows in which *bytes rose. It has settled if that is none of the first
 * half. False: something else was found. */
static bool run_windows(struct ac_pace *pace, uint64_t *bytes, unsigned *rises) {
    const uint64_t begun = *bytes;
    *rises = 0;
    pace->rounds = 0;
    for (unsigned i = 0; i < AC_PACE_WINDOWS; i++) {
        uint64_t rounds = pace->length, now = *bytes;
        if (!run(pace, &rounds, &now))
            return false;
        pace->rounds += rounds;
        *rises += now > *bytes;
        *bytes = now;
        if (i == AC_PACE_WINDOWS / 2 - 1 && *rises == 0)
            break;
    }
    pace->risen = rise(begun, *bytes);
    return true;
}

/* True if the last window keeps up the pace of the equal ones. */
static bool goes_on(struct ac_pace *pace, uint64_t *bytes) {
    const uint64_t before = *bytes;
    pace->more_rounds = AC_PACE_LAST * pace->length;
    if (!run(pace, &pace->more_rounds, bytes))
        return false;
    pace->more = rise(before, *bytes);
    return pace->more * pace->rounds * 100 >= pace->percent * pace->risen * pace->more_rounds;
}

bool ac_pace_is_steady(struct ac_pace *pace, uint64_t bytes) {
    unsigned rises = 1;
    for (; rises > 0 && pace->left >= AC_PACE_ALL * pace->length; pace->length *= STEP) {
        if (!run_windows(pace, &bytes, &rises))
            return false;
        if (rises == AC_PACE_WINDOWS && pace->risen > pace->slack && goes_on(pace, &bytes))
            return true;
    }
    return false;
}
