// SPDX-License-Identifier: MIT
// A finding that only a process shows that ran other programs before: as few and as simple programs
// as still show it, one after another in one process.
#ifndef ALLOCHECK_SHRINK_SEQUENCE_H
#define ALLOCHECK_SHRINK_SEQUENCE_H

#include "shrink_finding.h"

#include "allocheck/join.h"

enum { SEQUENCE_MOST = 8 }; /* programs: they are typed after one command */

/* The last program shows the finding of the report. Owns the programs. */
struct sequence {
    struct ac_program programs[SEQUENCE_MOST];
    size_t count; /* 0: none */
    struct ac_report report;
    uint64_t ops_before; /* of all programs that the process ran */
    bool minimal;        /* no program is superfluous, and no single step makes one simpler */
};

struct sequence_task {
    struct ac_child *child; /* runs the programs, under its inline oracles */
    bool goes_on;           /* after the finding of an earlier program, as with instances */
    /* The programs that the process ran, of which the last one showed the finding. */
    ac_program_at at;
    void *ctx;
    uint64_t count;
    struct finding_kind wanted;
    uint64_t most_ms;             /* to search in; the first runs take as long as they need */
    bool (*stop)(void *stop_ctx); /* called before each candidate; true ends the search */
    void *stop_ctx;
};

enum sequence_end {
    SEQUENCE_SHRUNK, /* the sequence shows the finding in each of several fresh processes */
    SEQUENCE_LONG,   /* all programs show it, but no few of them were found that do reliably */
    SEQUENCE_CLEAN,  /* they do not show it; or out of memory */
};

/* Initialises the sequence and fills it if the programs can be shrunk. Not for several threads. */
enum sequence_end shrink_sequence(struct sequence *sequence, const struct sequence_task *task);
void sequence_destroy(struct sequence *sequence);

/* The `at` of ac_join and others: a program of a struct sequence. */
bool sequence_at(void *sequence, uint64_t index, struct ac_program *program);

#endif
