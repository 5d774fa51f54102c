// SPDX-License-Identifier: MIT
// Shrinks a program that shows a finding on an allocator: candidates run in children, several at a
// time, and hold where they show the same.
#ifndef ALLOCHECK_SHRINK_FINDING_H
#define ALLOCHECK_SHRINK_FINDING_H

#include "allocheck/child.h"
#include "allocheck/shrink.h"

/* What makes two findings the same: the oracle, and the kind of op where it fired; of race runs the
 * oracle alone, for where a race is seen is a matter of chance. */
struct shrink_kind_of_finding {
    enum ac_oracle oracle;
    unsigned op_kind; /* enum ac_op_kind; AC_OP_KINDS: at the end of the program */
};

struct shrink_kind_of_finding shrink_kind_of(const struct ac_program *program,
                                             const struct ac_finding *finding);
bool shrink_same_kind(struct shrink_kind_of_finding left, struct shrink_kind_of_finding right);

/* How far it has got. */
struct shrink_progress {
    const struct ac_program *best;
    uint64_t ops;   /* of the program given */
    uint64_t tries; /* candidates checked so far */
};

struct shrink_task {
    struct ac_target target;
    ac_oracle_set oracles; /* that check, candidates too: another finding that comes first counts */
    ac_oracle_set wanted;  /* the finding in question is of one of these; 0: of any */
    /* Programs are race runs of this random seed and at most so many rounds, and keep ops on two
     * threads; NULL: they run in their order. */
    const struct ac_race_options *race;
    uint64_t memory;  /* as in ac_child_options */
    uint32_t call_ms; /* of the program as it is given and as it is left; 0: the default */
    const struct ac_boundaries
        *boundaries;         /* sizes to try; NULL: they are learned from the target */
    unsigned jobs;           /* candidates that run at the same time; 0: one */
    uint64_t most_ms;        /* for all; 0: no bound */
    bool (*stop)(void *ctx); /* asked many times a second; true: that was all; NULL: never */
    void (*tick)(void *ctx, const struct shrink_progress *progress); /* likewise; NULL: nobody */
    void *ctx;                                                       /* of both */
};

enum shrink_end {
    SHRINK_DONE,       /* the program is the simplest that was found, and shows it */
    SHRINK_NO_FINDING, /* the program shows none; it is as it was */
    SHRINK_TROUBLE,    /* nothing could be run, `trouble' says why; it is as it was */
};

struct shrink_outcome {
    struct ac_finding finding; /* of the program as it is left */
    bool replay;               /* it takes the oracles that need several runs to show it */
    struct ac_program_size before, after;
    unsigned shown, runs;           /* times that the program given showed it, of how many */
    unsigned shown_left, runs_left; /* and the one that is left */
    uint64_t tries;                 /* candidates checked */
    double seconds;
    bool minimal; /* no single step more can be taken */
    bool stopped; /* by `stop' or the bound of time */
    char trouble[AC_LIBRARY_ERROR];
};

/* A finding that not every run shows. */
static inline bool shrink_is_flaky(const struct shrink_outcome *outcome) {
    return outcome->shown < outcome->runs;
}

/* Shrinks a program. A race is shown by some of many runs: what is left shows it at least half as
 * often as the program given, or that one stays as it is. The child processes that this takes are
 * gone when it returns. Nothing is printed. Not for several threads. The same program comes of the
 * same one, however many jobs, unless it was stopped, or the finding is flaky. */
enum shrink_end shrink_finding(struct ac_program *program, const struct shrink_task *task,
                               struct shrink_outcome *outcome);

#endif
