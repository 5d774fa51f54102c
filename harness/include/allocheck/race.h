// SPDX-License-Identifier: MIT
// Race runs: the threads of a program run at the same time, on one heap.
//
// Each thread of the program is a thread of the process (pthread_create) and carries out its own
// ops in its own order. Ops on one slot keep the order that they have in the program, whichever
// threads they are on: so a block goes from one thread to the next as the program says, and nothing
// that is live is touched by two. Ops on different slots are in no order. A thread waits only for
// ops that stand before its own in the program, so a program cannot stop itself.
//
// What cannot mean the same without an order is read so:
//
//   free_every, largest, check_all   of the blocks that this thread holds by now: those that no op
//                                    of another thread names later
//   refuse                           the K-th page request from now, whichever thread makes it
//   exit T                           thread T carries it out itself, and another goes on after it
//   trim, malloc_usable_size, fill, check, and all that allocates or frees: as ever
//   fork                             while others may be in calls; its child is checked by what the
//                                    thread that forks holds
//   free_at_exit                     at the end of the thread that says it: an `exit', or its last
//                                    op; not where another thread's op names the block later
//   enter, leave, alloca, vla, foreign_brk and the misuses: skipped, counted
//
// Checked are the oracles that need no order: zeroed, preserved, intact, disjoint, survives,
// aligned, usable, must-fail, failure-keeps, errno, fork-safe, no-false-alarm and liveness while
// the threads run; integrity, statistics, no-leak and page-log when none of them is in a call.
// Blocks of two threads are compared by what each thread knows for certain: that its block was
// allocated from the return of one call to the begin of another. Two owners of a byte are told
// before all else that a round has shown.
//
// no-growth checks after them, where it is asked to and every round of the program leaves nothing
// live, refused or in the way: on one heap more, in windows of 64 rounds, then of four times as
// many, as long as what is held rises. A finding is what rises in four windows of one length, by
// more than the profile's slack, and by as much again in eight more: at half the pace or faster, so
// that heights which are reached by chance, ever more rarely, are none. `exit' ends threads there
// too. Without a page source it does not check: what is resident rises for seconds in allocators
// that let freed pages wait for a time, and a race run does not last as long.
//
// Commands ask a child: there a deadlock and a crash are findings too. ac_child_race (child.h) runs
// one program; a matrix campaigns with ac_child_batch, `race_rounds' of its options set, for the
// planted-bug allocators whose bug is a race, and for their clean builds. There one program in
// AC_RACE_GROWTH_IN is checked by no-growth, each one where that is what is looked for.
#ifndef ALLOCHECK_RACE_H
#define ALLOCHECK_RACE_H

#include "run.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    AC_RACE_ROUNDS = 100, /* where nobody says how many */
    AC_RACE_MOST_ROUNDS = 1 << 20,
    AC_RACE_GROWTH_ROUNDS = 30000, /* most that no-growth takes where one program is looked at, */
    AC_RACE_GROWTH_SHORT = 4000,   /* and in a campaign, for one program */
    AC_RACE_GROWTH_IN = 32,        /* in so many, by its random seed */
    AC_RACE_RETURN_MS = 1000,      /* wall time in which threads are to return after a finding */
};

/* The oracles that check a race run. */
#define AC_RACE_ORACLES                                                                            \
    (AC_ORACLE_BIT(AC_ORACLE_ZEROED) | AC_ORACLE_BIT(AC_ORACLE_PRESERVED) |                        \
     AC_ORACLE_BIT(AC_ORACLE_INTACT) | AC_ORACLE_BIT(AC_ORACLE_DISJOINT) |                         \
     AC_ORACLE_BIT(AC_ORACLE_SURVIVES) | AC_ORACLE_BIT(AC_ORACLE_ALIGNED) |                        \
     AC_ORACLE_BIT(AC_ORACLE_USABLE) | AC_ORACLE_BIT(AC_ORACLE_MUST_FAIL) |                        \
     AC_ORACLE_BIT(AC_ORACLE_FAILURE_KEEPS) | AC_ORACLE_BIT(AC_ORACLE_ERRNO) |                     \
     AC_ORACLE_BIT(AC_ORACLE_FORK_SAFE) | AC_ORACLE_BIT(AC_ORACLE_NO_FALSE_ALARM) |                \
     AC_ORACLE_BIT(AC_ORACLE_LIVENESS) | AC_ORACLE_BIT(AC_ORACLE_INTEGRITY) |                      \
     AC_ORACLE_BIT(AC_ORACLE_STATISTICS) | AC_ORACLE_BIT(AC_ORACLE_NO_LEAK) |                      \
     AC_ORACLE_BIT(AC_ORACLE_NO_GROWTH) | AC_ORACLE_BIT(AC_ORACLE_PAGE_LOG))

/* Where the threads of a race run are: in memory that another process may watch. */
struct ac_race_watch {
    struct ac_progress thread[AC_MAX_THREADS];
    volatile uint32_t running; /* 1 while the threads run */
    volatile uint32_t dying;   /* 1 + the thread that a signal or a sanitizer's report has hit */
    volatile uint32_t found;   /* 1: finding is valid, whatever becomes of the other threads */
    struct ac_finding finding;
};

struct ac_race_options {
    uint64_t seed;          /* of the schedules: yields, spins, processors, how long a heap lives */
    uint32_t rounds;        /* how often the program runs; 0: AC_RACE_ROUNDS */
    uint32_t growth_rounds; /* so many more at most for no-growth; 0: it does not check */
    struct ac_race_watch *watch; /* NULL: not watched */
};

/* Runs a program so, `rounds` times, until a finding: each heap sees one or more rounds, and its
 * threads live as long as it does. The report is summed over all rounds; its digest is 0. Of the
 * runner's options, answers, journal and behaviours are not kept. A call that does not return keeps
 * this function from returning, unless another thread has made a finding: after AC_RACE_RETURN_MS
 * such threads are left after with what they use, and the process is to be ended soon. */
void ac_run_race(struct ac_runner *runner, const struct ac_program *program,
                 const struct ac_race_options *options, struct ac_report *report);

/* Spreads the ops of a program over 2 to 4 threads, a few in a row on each, as the random seed has
 * it: what a campaign of race runs makes of the program of that seed. One whose ops are on several
 * threads stays as it is. */
void ac_race_spread(struct ac_program *program, uint64_t seed);

/* True for a program whose ops are on several threads. */
bool ac_race_is_spread(const struct ac_program *program);

/* For a handler of signals or reports: notes that the calling thread is the one that is hit. Does
 * nothing in a thread of no race run. Takes no lock and calls nothing. */
void ac_race_note_death(void);

#ifdef __cplusplus
}
#endif
#endif
