// SPDX-License-Identifier: MIT
// Explains a finding: the rule, the failing call, the wrong bytes, the blocks around them.
#ifndef ALLOCHECK_EXPLAIN_H
#define ALLOCHECK_EXPLAIN_H

#include "stack.h"

#include "allocheck/journal.h"
#include "allocheck/program.h"

#include <stdio.h>

/* All that is known about one finding. The caller owns what it points to. */
struct evidence {
    const struct ac_program *program;
    const struct ac_finding *finding;
    const char *allocator;            /* its name */
    const struct ac_journal *journal; /* of the failing run; NULL: not recorded */
    const struct ac_event *culprit;   /* the call that changed the first wrong byte
                                         (ac_child_culprit); NULL: unknown */
    /* Two answers to one call (ac_child_difference); NULL: unknown. */
    const struct ac_event *first, *second;
    const struct stack *stack; /* of the process (stack_of_child); NULL: none */
    const char *command;       /* reproduces the finding; NULL: none */
};

enum { EXPLAIN_LINE = 240 };

/* Facts from the journal, in the order in which explain_print() shows them. */
enum explain_fact {
    EXPLAIN_CALL,     /* the failing call and its answer: `calloc(3, 40) = a block' */
    EXPLAIN_THREAD,   /* that made it, if the program has several */
    EXPLAIN_REFUSED,  /* page requests that it was refused */
    EXPLAIN_DIFFERS,  /* the call whose answer differs between runs */
    EXPLAIN_WRONG,    /* the wrong bytes and their block */
    EXPLAIN_HISTORY,  /* threads that allocated and freed that block, if there are several */
    EXPLAIN_CONTENTS, /* what the wrong bytes look like: another block's pattern, a pointer ... */
    EXPLAIN_CHANGED,  /* the call that changed the first of them */
    EXPLAIN_TOUCHED,  /* the byte that a sanitizer's report names */
    EXPLAIN_OVERLAP,  /* which bytes of which block are shared */
    EXPLAIN_BOUNDS,   /* how the block exceeds the pages from the page source */
    EXPLAIN_BELOW,    /* the neighbours in memory */
    EXPLAIN_ABOVE,
    EXPLAIN_FACTS
};

/* Each fact is one line without a newline; empty: unknown. */
struct explanation {
    char fact[EXPLAIN_FACTS][EXPLAIN_LINE];
};

/* The label in text and the key in finding.json: `call', `thread' ... */
const char *explain_fact_name(enum explain_fact fact);

void explain_collect(const struct evidence *evidence, struct explanation *explanation);

/* Prints the finding, the ops that matter, expected and actual result, the wrong bytes, the memory
 * around them, the last calls of the page source and the allocator's stack. It prints distances in
 * place of addresses, so the same run reads the same in every process. */
void explain_print(const struct evidence *evidence, FILE *to);

/* Prints only the stack (NULL: none), in its place in the text above. */
void explain_print_stack(const struct stack *stack, FILE *to);

#endif
