// SPDX-License-Identifier: MIT
// Runs programs on an allocator and checks every answer.
#ifndef ALLOCHECK_RUN_H
#define ALLOCHECK_RUN_H

#include "allocator.h"
#include "answers.h"
#include "journal.h"
#include "oracle.h"
#include "program.h"
#include "progress.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    AC_CALL_SECONDS = 5,         /* CPU time that a call may take, */
    AC_CALL_SECONDS_PER_GIB = 5, /* and for every GiB that it may copy or clear */
};

/* Bytes of memory that a run on an allocator without a page source keeps within. */
#define AC_MEMORY (UINT64_C(2) << 30)

/* The oracles of a set that a profile does not turn off. */
ac_oracle_set ac_oracles_under(const struct ac_profile *profile, ac_oracle_set oracles);

struct ac_run_options {
    ac_oracle_set oracles;            /* that check; AC_ALL_ORACLES */
    const struct ac_profile *profile; /* to check by; NULL: the allocator's own */
    struct ac_progress *progress;     /* NULL: not watched */
    struct ac_answers *answers; /* takes those of the last program that was run; NULL: not kept */
    struct ac_journal *journal; /* takes what happens in the last program (journal.h); NULL: none */
    struct ac_watch watch;      /* only where a journal is kept */
    uint8_t *behaviour; /* AC_BEHAVIOUR_CELLS (behaviour.h): what is seen is set; NULL: none */
    bool trapped;       /* requests for pages of this process are trapped (target.h) */
    bool free_at_end;   /* teardown frees what is live, block by block, and checks that */
    /* Without a page source, bytes that live blocks may have resident: half of it in all, a quarter
     * in one calloc or growing realloc, which may touch every byte. What asks for more is cut. 0:
     * AC_MEMORY. What the allocator itself holds beyond that is for ac_child_options to bound. */
    uint64_t memory;
    uint32_t call_ms; /* CPU milliseconds that a call in the child of a fork may take; 0: 5 s */
};

struct ac_counts {
    uint64_t calls;       /* of the allocator, frees of the teardown left out */
    uint64_t ops;         /* that ran, repeats expanded */
    uint64_t empty;       /* ops on an empty slot: did nothing */
    uint64_t not_offered; /* ops that the allocator, the source or this harness does not offer */
    uint64_t skipped;     /* misuses that could not be told from a legal call */
    uint64_t cut;         /* ops beyond a bound, requests beyond the budget */
    uint64_t over_memory; /* programs ended at the bound of memory (of a child) */
    uint64_t refused;     /* page requests refused */
    uint64_t page_requests;
    uint64_t open_requests; /* of them, made by `open' */
};

/* What came of one program. Plain data. */
struct ac_report {
    bool found;                /* finding is valid */
    struct ac_finding finding; /* the first one; the run stops there */
    struct ac_counts counts;
    uint64_t checked[AC_ORACLES]; /* comparisons made */
    uint64_t digest;              /* of NULL or not, errno and verdicts; never of addresses */
    uint64_t live_peak;           /* bytes asked for, at most at once */
    uint64_t held_peak;           /* bytes of the page source, at most at once */
};

/* A place to run programs of one allocator, one after another. Not for several threads. Memory
 * comes from the operating system. NULL: out of memory. The allocator outlives it. */
struct ac_runner *ac_runner_new(const struct ac_allocator *allocator,
                                const struct ac_run_options *options);
void ac_runner_delete(struct ac_runner *runner);

/* A refusal that the program does not ask for: of the nth request for pages of a run, from 1, those
 * that `open' makes counted, or of that one and all after it. Ops `refuse' neither see nor change
 * it. Without a page source, where nothing is trapped, there is none. */
struct ac_refusal {
    uint64_t nth; /* 0: none */
    bool onwards;
};

/* Refuses so in every run from now on. */
void ac_runner_refuse(struct ac_runner *runner, struct ac_refusal refusal);

/* Runs a program under the inline oracles. Nothing is printed and nothing is kept between programs
 * except what an allocator without instances keeps by itself. After a finding the instance is
 * abandoned, not closed: nothing of it can be trusted any more. */
void ac_run(struct ac_runner *runner, const struct ac_program *program, struct ac_report *report);

/* Runs a program under the replay oracles that one process can check (no-growth, reuse,
 * deterministic); `report` as ac_run, summed over the runs it took. */
void ac_replay(struct ac_runner *runner, const struct ac_program *program,
               struct ac_report *report);

/* True when an address lies in a block that is live now: for a hook that is called while the
 * allocator runs, to tell a touched live block from any other fault. */
bool ac_runner_owns(const struct ac_runner *runner, const void *address);

/* Records what ended the current run from outside (a signal, a sanitizer's report, a watchdog):
 * fills `finding` for the op that runs. */
void ac_runner_blame(const struct ac_runner *runner, enum ac_oracle oracle, const char *actual,
                     struct ac_finding *finding);

/* For hooks that a sanitizer calls. In the child of a fork that a program has made: takes a report
 * for its parent, which makes a finding of it, and returns true. Elsewhere false. */
bool ac_runner_forked(const struct ac_runner *runner, const char *report);

/* Adds counts and checks of `more` to `sum`; the finding and digest of `sum` stay. */
void ac_report_add(struct ac_report *sum, const struct ac_report *more);

/* Writes a finding as about ten lines that end in `reproduce` (a command; NULL: none). Returns the
 * length without the zero byte, also when that exceeds capacity - 1. */
size_t ac_print_finding(const struct ac_finding *finding, const struct ac_program *program,
                        const char *allocator, const char *reproduce, char *text, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
