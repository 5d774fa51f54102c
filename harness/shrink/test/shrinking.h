// SPDX-License-Identifier: MIT
// Shrinking with made-up predicates, for the tests of the shrinker.
#ifndef ALLOCHECK_TEST_SHRINKING_H
#define ALLOCHECK_TEST_SHRINKING_H

#include "allocheck/shrink.h"
#include "test/parse.h"

typedef bool predicate(const struct ac_program *program);

struct asked {
    predicate *holds;
    uint64_t asked, last_ask; /* stop after this many; 0: never */
    struct ac_program best;   /* the last one taken, if `follows` */
    bool follows;
};

/* Options that ask `asked`, which outlives them. */
struct ac_shrink_options options_for(struct asked *asked, size_t batch);

void assert_text(const struct ac_program *program, const char *expected);

/* Checks the result of shrinking, with several batch sizes. */
void assert_shrinks(predicate *holds, const char *from, const char *to);

/* --- helpers of predicates --- */

uint64_t value_of(struct ac_operand operand);
uint64_t calls_of(const struct ac_program *program, enum ac_op_kind kind);
/* NULL: none. */
const struct ac_op *first_of(const struct ac_program *program, enum ac_op_kind kind);

/* --- a predicate that several tests use --- */

/* Some op asks for at least 100 bytes. */
bool wants_hundred(const struct ac_program *program);

#endif
