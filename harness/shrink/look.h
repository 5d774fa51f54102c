// SPDX-License-Identifier: MIT
// How often a program shows what it shows.
#ifndef ALLOCHECK_SHRINK_LOOK_H
#define ALLOCHECK_SHRINK_LOOK_H

#include "check.h"

/* What some runs of a program came to. Starts as {0}. */
struct look {
    unsigned shown, runs;
    struct ac_finding finding; /* the last one that was looked for; valid where shown is not 0 */
};

/* Runs a program, each time in a process of its own, until it shows anything, `most' times at most.
 * What it shows is from then on what the check wants, and how it takes to show it is how the check
 * runs programs. False: it was not run; `trouble' says why. */
bool look_for_any(struct check *check, const struct ac_program *program, unsigned most,
                  struct look *look, char *trouble, size_t capacity);

/* Runs it again, until it was run so many times in all. */
bool look_again(const struct check *check, const struct ac_program *program, unsigned runs,
                struct look *look);

/* The same for race runs. Where all of these show it, the check's have from then on as few rounds
 * as do so. */
bool look_at_race(struct check *check, const struct ac_program *program, unsigned runs,
                  struct look *look);

#endif
