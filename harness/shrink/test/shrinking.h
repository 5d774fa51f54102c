// SPDX-License-Identifier: MIT
// Shrinking with made-up predicates, for the tests of the shrinker.
#ifndef ALLOCHECK_TEST_SHRINKING_H
#define ALLOCHECK_TEST_SHRINKING_H

#include "allocheck/shrink.h"

typedef bool predicate(const struct ac_program *program);

struct asked {
    predicate *holds;
    uint64_t asked, last_ask; /* stop after so many; 0: never */
    struct ac_program best;   /* the last one taken, where `follows' */
    bool follows;
};

/* What asks `asked', which outlives it. */
struct ac_shrink_options options_for(struct asked *asked, size_t batch);

/* The program of a text; fails the test where it is none. */
void parse(struct ac_program *program, const char *text);
void assert_text(const struct ac_program *program, const char *expected);

/* The same comes of it, however many candidates are checked at once. */
void assert_shrinks(predicate *holds, const char *from, const char *to);

/* --- what predicates look at --- */

uint64_t value_of(struct ac_operand operand);
uint64_t calls_of(const struct ac_program *program, enum ac_op_kind kind);
/* NULL: there is none. */
const struct ac_op *first_of(const struct ac_program *program, enum ac_op_kind kind);

/* --- a predicate of several tests --- */

/* Some op asks for a hundred bytes, or more. */
bool wants_hundred(const struct ac_program *program);

#endif
