// SPDX-License-Identifier: MIT
// A finding, explained: what was guaranteed, what happened, where, and beside whom.
#ifndef ALLOCHECK_EXPLAIN_H
#define ALLOCHECK_EXPLAIN_H

#include "stack.h"

#include "allocheck/journal.h"
#include "allocheck/program.h"

#include <stdio.h>

/* What is explained. Plain pointers; all outlive the call. */
struct explained {
    const struct ac_program *program;
    const struct ac_finding *finding;
    const char *allocator;            /* its name */
    const struct ac_journal *journal; /* of the run with the finding; NULL: none was kept */
    const struct ac_event *culprit;   /* the call that changed the first wrong byte
                                         (ac_child_culprit);   NULL: not known */
    /* Two answers to the same call (ac_child_difference); NULL: none are known. */
    const struct ac_event *first, *second;
    const char *output; /* what the process wrote (a sanitizer's report ...); NULL: nothing */
    size_t output_length;
    const char *command; /* that shows the finding again; NULL: none */
};

enum { EXPLAIN_LINE = 240 };

/* What is learnt from journal and output, as plain data: finding.json and the page show the same.
 * Texts are one line without a newline; empty: nothing is known. */
struct explain_facts {
    char call[EXPLAIN_LINE];    /* the call that broke it and its answer: `calloc(3, 40) = block' */
    char thread[EXPLAIN_LINE];  /* on which thread, where the program has several */
    char refused[EXPLAIN_LINE]; /* page requests of that call that were refused */
    char history[EXPLAIN_LINE]; /* which threads live and freed the block concerned, likewise */
    char wrong[EXPLAIN_LINE];   /* which bytes are wrong, and whose they are */
    char changed[EXPLAIN_LINE]; /* the call that changed the first of them */
    char owner[EXPLAIN_LINE];   /* the block that those bytes belong to, or the pointer's aim */
    char differs[EXPLAIN_LINE]; /* the call that was answered in two ways */
    char touched[EXPLAIN_LINE]; /* the byte that a sanitizer's report is about */
    char other[EXPLAIN_LINE];   /* how the other owner of an overlap lies */
    char bounds[EXPLAIN_LINE];  /* how the block leaves the pages that the source gave */
    char below[EXPLAIN_LINE];   /* the neighbours in memory */
    char above[EXPLAIN_LINE];
    struct stack
        stack; /* the allocator's, where a sanitizer printed it or a signal ended the process */
};

void explain_learn(const struct explained *explained, struct explain_facts *facts);

/* Prints the explanation: the finding, the ops that matter with the one that failed marked, what
 * was expected and what came, the wrong bytes, the memory round them, the page source's last calls
 * and the allocator's stack. The same for the same run in every process: no addresses, but
 * distances. */
void explain_print(const struct explained *explained, FILE *to);

#endif
