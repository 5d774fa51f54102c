// SPDX-License-Identifier: MIT
// How often a program reproduces its finding, each time in a fresh process.
#ifndef ALLOCHECK_SHRINK_REPRODUCE_H
#define ALLOCHECK_SHRINK_REPRODUCE_H

#include "predicate.h"

/* Starts as {0}. */
struct reproduction {
    unsigned shown, runs;
    struct ac_finding finding; /* the last wanted one; valid if shown > 0 */
};

/* Runs a program at most `most` times, until it shows any finding that the task wants. That finding
 * becomes the wanted one of the predicate, and whether it takes the replay oracles is noted there.
 * False: the program did not run; `trouble` says why. */
bool reproduce_any(struct predicate *predicate, const struct ac_program *program, unsigned most,
                   struct reproduction *reproduction, char *trouble, size_t capacity);

enum { REPRODUCE_LEAST = 3 };

/* Runs it until it has run `runs` times in all, or REPRODUCE_LEAST times if it is late
 * (predicate.enough_ms), or no time is left. False: out of memory. */
bool reproduce_again(const struct predicate *predicate, const struct ac_program *program,
                     unsigned runs, struct reproduction *reproduction);

/* The same for race runs. If every run shows the finding, the predicate gets as few rounds as still
 * do so. */
bool reproduce_race(struct predicate *predicate, const struct ac_program *program, unsigned runs,
                    struct reproduction *reproduction);

/* Gives race runs some times as many rounds, at most those of the task. */
void reproduce_raise_rounds(struct predicate *predicate);

#endif
