// SPDX-License-Identifier: MIT
// Shrinks a program that shows a finding on an allocator. Candidates run in child processes,
// several in parallel, and hold if they show the same finding.
#ifndef ALLOCHECK_SHRINK_FINDING_H
#define ALLOCHECK_SHRINK_FINDING_H

#include "allocheck/child.h"
#include "allocheck/shrink.h"

/* Two findings are the same if the oracle and the kind of op are; of race runs only the oracle
 * counts, because chance decides where a race shows, and so it does of `intact', because any op may
 * notice what an earlier one did. */
struct finding_kind {
    enum ac_oracle oracle;
    unsigned place; /* ac_place_of; AC_PLACES: anywhere */
};

struct finding_kind finding_kind_of(const struct ac_program *program,
                                    const struct ac_finding *finding);
bool finding_kind_equal(struct finding_kind left, struct finding_kind right);

struct shrink_progress {
    const struct ac_program *best;
    uint64_t ops;   /* of the original program */
    uint64_t tries; /* candidates checked so far */
};

struct shrink_task {
    /* Its oracles check candidates: if another one fires first, a candidate does not hold. Its
     * call_ms is for the original program and the result. */
    struct ac_child_options child;
    ac_oracle_set wanted; /* the finding is of one of these; 0: of any */
    /* The caller has seen the program show this finding, and will run the result: a hang, which
     * costs the full time of a call, is neither measured nor verified. NULL: unknown. */
    const struct ac_finding *seen;
    bool seen_in_replay; /* under the replay oracles */
    bool any_op;         /* candidates may show it at another kind of op */
    /* Run programs as races, with at most this many rounds; candidates keep ops on two threads.
     * NULL: run them in order. */
    const struct ac_race_options *race;
    const struct ac_boundaries *boundaries; /* sizes to try; NULL: measured on the target */
    unsigned jobs;                          /* candidates that run in parallel; 0: one */
    uint64_t most_ms;                       /* for all; 0: no limit */
    uint64_t most_tries;     /* candidates of a search; 0: no limit. Unlike time, it gives the same
                                result on any machine */
    bool (*stop)(void *ctx); /* called many times a second; true ends the search; NULL: never */
    void (*tick)(void *ctx, const struct shrink_progress *progress); /* likewise; may be NULL */
    void *ctx;                                                       /* of both */
};

enum shrink_end {
    SHRINK_DONE,       /* the program is the simplest that was found to show the finding */
    SHRINK_NO_FINDING, /* the program shows none, and is unchanged */
    SHRINK_TROUBLE,    /* no (more) programs could run, `trouble` says why */
};

struct shrink_outcome {
    struct ac_finding finding; /* of the result */
    bool replay;               /* it takes the replay oracles to show it */
    struct ac_program_size before, after;
    unsigned shown, runs; /* how often the original program showed it, in how many runs, */
    unsigned shown_left, runs_left; /* and the result */
    uint64_t tries;                 /* candidates checked */
    double seconds;
    bool minimal; /* no single step makes it simpler */
    bool stopped; /* by `stop`, the time limit, or the number of tries */
    char trouble[AC_LIBRARY_ERROR];
};

/* True if not every run shows the finding. */
static inline bool shrink_is_flaky(const struct shrink_outcome *outcome) {
    return outcome->shown < outcome->runs;
}

/* Shrinks a program. The result shows the finding in every run, or, if the original was flaky, in
 * at least one of ten; of a race at least half as often as the original. Its child processes are
 * gone on return. Prints nothing. Not for several threads. The result depends only on the program,
 * not on the number of jobs, unless the search was stopped or the finding is flaky. */
enum shrink_end shrink_finding(struct ac_program *program, const struct shrink_task *task,
                               struct shrink_outcome *outcome);

#endif
