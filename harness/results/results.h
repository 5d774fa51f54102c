// SPDX-License-Identifier: MIT
// The results of a run, one per input, and writers that turn the list into documents for other
// tools.
#ifndef ALLOCHECK_RESULTS_RESULTS_H
#define ALLOCHECK_RESULTS_RESULTS_H

#include "finding.h"

#include <stdio.h>

enum result_verdict {
    RESULT_PASSED,
    RESULT_EXPECTED, /* shows the finding that the input expects */
    RESULT_FINDING,
    RESULT_MISSED,  /* does not show the finding that the input expects */
    RESULT_IDLE,    /* made no call, so nothing was tested */
    RESULT_TROUBLE, /* unreadable, could not run, or a stored program that made no call */
    RESULT_STOPPED, /* was running at the timeout or interrupt */
    RESULT_NOT_RUN, /* had not started by then */
    RESULT_VERDICTS
};

/* Its name in documents: `passed', `not-run'. */
const char *result_verdict_name(enum result_verdict verdict);

/* One input. The list owns all strings and the object. */
struct result {
    char *input; /* its name; `-' is standard input */
    enum result_verdict verdict;
    double seconds;
    uint64_t calls;
    enum ac_oracle oracle; /* of EXPECTED, FINDING and MISSED */
    size_t line;           /* of the failing op in a text, from 1; 0: none */
    size_t offset, length; /* of the failing op in bytes; length 0: none */
    char *reported;        /* the finding as printed, or the error; NULL: none */
    char *output;          /* of its process; NULL: none */
    char *reproduce;       /* command; NULL: none */
    struct cJSON *finding; /* finding_json() of EXPECTED and FINDING; else NULL */
};

struct results {
    struct setup setup;
    char **arguments;            /* command line, owned by the caller; NULL at the end */
    const struct cJSON *details; /* the caller's: member `campaign` of the JSON; NULL: none */
    int status;                  /* exit status of the tool */
    int signal;                  /* that ended the run early; 0: none */
    bool timed_out;              /* --timeout expired */
    bool out_of_memory;          /* the list is incomplete and must not be written */
    struct result *at;
    size_t count, capacity;
};

/* Adds a result and takes ownership of its members. Out of memory: frees them and marks the list.
 */
void results_add(struct results *results, struct result *result);
void results_destroy(struct results *results);

/* Frees the members of one that no list owns. */
void result_destroy(struct result *result);

/* How many have a verdict; the seconds of all. */
size_t results_with(const struct results *results, enum result_verdict verdict);
double results_seconds(const struct results *results);

/* The first line of `reported`, else the verdict. The caller frees it; NULL: out of memory. */
char *result_headline(const struct result *result);

/* --- writers: each writes one whole document --- */

/* JUnit XML for CI systems: one suite, one case per input. */
void results_put_junit(const struct results *results, FILE *to);
/* SARIF 2.1.0 (OASIS, 2020). False: out of memory, nothing written. */
bool results_put_sarif(const struct results *results, FILE *to);
/* JSON with full details; README.md lists the members. False: out of memory, nothing written. */
bool results_put_json(const struct results *results, FILE *to);

/* --- locations --- */

/* Offset and length of an op in the bytes of its program. False: no such op, or out of memory. */
bool locate_op_bytes(const uint8_t *bytes, size_t size, size_t op, size_t *offset, size_t *length);

#endif
