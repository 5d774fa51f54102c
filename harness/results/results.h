// SPDX-License-Identifier: MIT
// What came of each input of a run: one list, which each writer turns into what another tool reads.
#ifndef ALLOCHECK_RESULTS_RESULTS_H
#define ALLOCHECK_RESULTS_RESULTS_H

#include "finding.h"

#include <stdio.h>

enum result_verdict {
    RESULT_PASSED,
    RESULT_EXPECTED, /* shows the finding that it says it should show */
    RESULT_FINDING,
    RESULT_MISSED,  /* does not show the finding that it says it should show */
    RESULT_IDLE,    /* made no call: nothing is wrong, and nothing was tried */
    RESULT_TROUBLE, /* unreadable, could not be run, or a stored program that made no call */
    RESULT_STOPPED, /* was running when the time was over, or the run interrupted */
    RESULT_NOT_RUN, /* its turn had not come then */
    RESULT_VERDICTS
};

/* As results name it: `passed', `not-run'. */
const char *result_verdict_name(enum result_verdict verdict);

/* One input. All strings and the object are owned by the list. */
struct result {
    char *input; /* as named; `-' is standard input */
    enum result_verdict verdict;
    double seconds;
    uint64_t calls;
    enum ac_oracle oracle; /* of EXPECTED, FINDING and MISSED */
    size_t line;           /* of a text: of the op that shows it, from 1; 0: none */
    size_t offset, length; /* of bytes: of that op; length 0: none */
    char *reported;        /* what is said of it: a finding as printed, what the trouble is; NULL */
    char *output;          /* what its process wrote; NULL: nothing */
    char *reproduce;       /* a command; NULL: none */
    struct cJSON *finding; /* finding_json of EXPECTED and FINDING; else NULL */
};

struct results {
    struct setting setting;
    char **arguments;   /* of the command line, the caller's; NULL at the end */
    int status;         /* that the tool ends with */
    int signal;         /* that ended the run; 0: none did */
    bool timed_out;     /* the user's --timeout was over */
    bool out_of_memory; /* the list is not whole: nothing of it may be written */
    struct result *at;
    size_t count, capacity;
};

/* Adds a result; the struct is taken over. Where there is no memory it is freed and the list
 * marked.
 */
void results_add(struct results *results, struct result *result);
void results_destroy(struct results *results);

/* How many have a verdict, and the seconds of all. */
size_t results_with(const struct results *results, enum result_verdict verdict);
double results_seconds(const struct results *results);

/* The first line of what is said of a result; a verdict alone where nothing is. To be freed; NULL:
 * out of memory. */
char *result_headline(const struct result *result);

/* --- writers: whole documents, nothing else --- */

/* JUnit XML, as CI systems read it: a suite, a case for each input. */
void results_put_junit(const struct results *results, FILE *to);
/* SARIF 2.1.0 (OASIS, 2020). False: out of memory, nothing was written. */
bool results_put_sarif(const struct results *results, FILE *to);
/* All that is known; README.md has the members. False: out of memory, nothing was written. */
bool results_put_json(const struct results *results, FILE *to);

/* --- places --- */

/* Where the op of an index starts in the bytes that a program was decoded from, and how many bytes
 * it takes. False: there is no such op, or no memory to look for it. */
bool place_of_op(const uint8_t *bytes, size_t size, size_t op, size_t *offset, size_t *length);

#endif
