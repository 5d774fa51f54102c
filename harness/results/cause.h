// SPDX-License-Identifier: MIT
// Whether two findings have the same cause, as far as can be known from outside.
#ifndef ALLOCHECK_RESULTS_CAUSE_H
#define ALLOCHECK_RESULTS_CAUSE_H

#include "plain_calls.h"

#include "explain/stack.h"

enum { CAUSE_FRAMES = 3, CAUSE_TEXT = (CAUSE_FRAMES + 1) * STACK_NAME, CAUSE_SYMPTOM = 96 };

/* Empty texts: nothing is known. */
struct cause {
    enum ac_oracle oracle;
    unsigned place;              /* ac_place_of */
    char frames[CAUSE_TEXT];     /* how the process died, and the allocator's innermost frames */
    char fault[CAUSE_TEXT];      /* how a fault ended it, and where in the allocator's code */
    char symptom[CAUSE_SYMPTOM]; /* what failed, without numbers of this program */
    struct plain_calls calls;
};

/* The cause of a finding of a program, which is best shrunk before. False: out of memory. */
bool cause_of(const struct ac_program *program, const struct ac_finding *finding,
              const struct stack *stack, struct cause *cause);

/* True if
 * - both processes died in the same way, with the same innermost frames of the allocator, or by a
 *   fault at the same place, however it was reached, or
 * - both refusals set the same wrong errno, whichever call was refused, or
 * - the allocator's own check, one of its counters, or a requirement of usable sizes or of success,
 *   failed with the same symptom, and one program makes no kind of call that the other does not
 *   make, or
 * - the same oracle failed, after calls that are the same or contain those of the other, or
 * - one is likely a consequence of the other: each oracle is one that a damaged heap can make fail,
 *   and the calls of one contain those of the other.
 * Calls are compared as plain_calls_embed does. They are those of a loop if memory grows in it. */
bool cause_is_same(const struct cause *left, const struct cause *right);

/* Of two that are the same, keeps in `known` the one that says more. The calls of a child of fork
 * are not in the program: any other cause of the same oracle may be its, but only one is.
 * True: `known' was replaced. */
bool cause_learn(struct cause *known, const struct cause *seen);

#endif
