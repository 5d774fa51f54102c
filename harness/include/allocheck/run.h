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
    AC_CALL_SECONDS = 5,         /* CPU time allowed for a call, */
    AC_CALL_SECONDS_PER_GIB = 5, /* and for each GiB that it may copy or clear */
};

/* Default of ac_run_options.memory, in bytes. */
#define AC_MEMORY (UINT64_C(2) << 30)

/* Returns the oracles of a set without those that a profile turns off. */
ac_oracle_set ac_oracles_under(const struct ac_profile *profile, ac_oracle_set oracles);

struct ac_run_options {
    ac_oracle_set oracles;            /* to check; AC_ALL_ORACLES */
    const struct ac_profile *profile; /* to check against; NULL: the allocator's own */
    struct ac_progress *progress;     /* updated while it runs; NULL: none */
    struct ac_answers *answers;       /* receives those of the last program; NULL: none */
    struct ac_journal *journal;       /* receives the events of the last program; NULL: none */
    struct ac_watch watch;            /* needs a journal */
    uint8_t *behaviour; /* AC_BEHAVIOUR_CELLS cells (behaviour.h) to mark; NULL: none */
    bool trapped;       /* page requests of this process are trapped (target.h) */
    bool free_at_end;   /* teardown frees live blocks one by one and checks this */
    /* no-growth waits until memory that rises has had time to be given back (decay_ms of the
     * profile). False: it does not, which is quick; what it then finds is only a candidate. */
    bool waits_for_decay;
    /* Memory limit, in bytes, for an allocator without a page source; 0: AC_MEMORY. Live blocks may
     * have half of it resident in all, and a quarter in one calloc or growing realloc, which may
     * touch every byte. Requests for more are left out. ac_child_options limits what the allocator
     * itself holds.
     */
    uint64_t memory;
    uint32_t call_ms; /* CPU milliseconds that a call in the child of a fork may take; 0: 5 s */
};

struct ac_counts {
    uint64_t calls;            /* of the allocator, without those of the teardown */
    uint64_t ops;              /* run, repeats expanded */
    uint64_t empty;            /* ops on an empty slot, which did nothing */
    uint64_t not_offered;      /* ops that allocator, source or harness do not offer */
    uint64_t skipped;          /* misuses that might have been legal calls */
    uint64_t over_limit;       /* ops over a limit, requests over the budget */
    uint64_t over_memory;      /* programs that reached the memory limit (of a child) */
    uint64_t over_time;        /* programs that reached their time limit (of a child) */
    uint64_t growth_unchecked; /* programs that no-growth did not check: it had too little time */
    uint64_t accepted;         /* failed checks that ac_runner_accept let pass */
    uint64_t refused;          /* page requests refused */
    uint64_t page_requests;
    uint64_t open_requests; /* of page_requests, made by `open' */
};

/* The result of one program. Plain data. */
struct ac_report {
    bool found;                /* finding is valid */
    struct ac_finding finding; /* the first one, which ends the run */
    struct ac_counts counts;
    uint64_t checked[AC_ORACLES]; /* checks made, by oracle */
    uint64_t digest;              /* of NULL or not, errno and results; never of addresses */
    uint64_t live_peak;           /* bytes requested and live at once, at most */
    uint64_t held_peak;           /* bytes of the page source held at once, at most */
};

/* Makes a runner, which runs programs on one allocator, one after another. For one thread at a
 * time. Its memory comes from the operating system. NULL: out of memory. The allocator must outlive
 * it. */
struct ac_runner *ac_runner_new(const struct ac_allocator *allocator,
                                const struct ac_run_options *options);
void ac_runner_delete(struct ac_runner *runner);

/* Refuses the nth request for pages of each run, from 1, with `onwards' all after it too. Requests
 * made by `open' count. Ops `refuse' neither see nor change it. Needs a page source or a trap. */
struct ac_refusal {
    uint64_t nth; /* 0: none */
    bool onwards;
};

/* Applies a refusal to every run from now on. */
void ac_runner_refuse(struct ac_runner *runner, struct ac_refusal refusal);

/* Failed checks of requests that do not end a run, by function. Only those after which it is still
 * known what is live: a block for an impossible request of a new block (must-fail), which is freed
 * at once, NULL for a possible one (must-succeed), a wrong error (errno), a block or NULL for 0
 * bytes (zero-size), an address that is not aligned (aligned), and wrong content of a new block
 * (zeroed, preserved), which the run overwrites. All zero: none. */
struct ac_accepted {
    ac_oracle_set of[AC_FN_COUNT];
    bool errno_after_free; /* a free that changes errno (errno) */
};

/* Accepts failed checks in every run from now on; counts.accepted counts them. */
void ac_runner_accept(struct ac_runner *runner, const struct ac_accepted *accepted);

/* Runs a program with the inline oracles. Prints nothing, and keeps nothing between programs except
 * the state of an allocator without instances. After a finding the heap is abandoned, not closed.
 */
void ac_run(struct ac_runner *runner, const struct ac_program *program, struct ac_report *report);

/* ac_replay gives up the loop of no-growth at that time, of CLOCK_MONOTONIC in ms; 0: never. */
void ac_runner_limit_growth(struct ac_runner *runner, uint64_t deadline_ms);

/* Runs a program several times, with the replay oracles that one process can check (no-growth,
 * reuse, deterministic). The report sums the runs. */
void ac_replay(struct ac_runner *runner, const struct ac_program *program,
               struct ac_report *report);

/* True if an address lies in a block that is live. For a hook that is called during a call of the
 * allocator, to distinguish a touched live block from other faults. */
bool ac_runner_owns(const struct ac_runner *runner, const void *address);

/* Fills in a finding for the op that runs, for what ended the run from outside: a signal, a
 * sanitizer's report, a timeout. */
void ac_runner_blame(const struct ac_runner *runner, enum ac_oracle oracle, const char *actual,
                     struct ac_finding *finding);

/* For hooks of sanitizers. In the child of an op `fork': passes a report to the parent, which makes
 * a finding of it, and returns true. Elsewhere returns false. */
bool ac_runner_forked(const struct ac_runner *runner, const char *report);

/* Adds counts and checks of `more' to `sum', and its finding if `sum' has none. Keeps the digest.
 */
void ac_report_add(struct ac_report *sum, const struct ac_report *more);

/* Prints a finding in about ten lines; the last one is `reproduce', a command, unless that is NULL.
 * Returns the length without the zero byte, even if it exceeds capacity - 1. */
size_t ac_print_finding(const struct ac_finding *finding, const struct ac_program *program,
                        const char *allocator, const char *reproduce, char *text, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
