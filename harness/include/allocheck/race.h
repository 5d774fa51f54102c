// SPDX-License-Identifier: MIT
// Race runs: the threads of a program run at the same time, on one heap.
//
// Each thread of the program is a thread of the process and runs its own ops in their order. Ops on
// one slot keep their order of the program, on whatever threads they are, so blocks pass from
// thread to thread as the program says, and no two threads use a block at once. Ops on different
// slots are unordered. A thread waits only for ops that come earlier in the program, so a program
// cannot deadlock.
//
// Ops that need an order have these meanings:
//
//   free_every, largest, check_all   apply to the blocks that the thread holds: those that no other
//                                    thread's op names later
//   refuse                           refuses the K-th page request from now, of any thread
//   exit T                           thread T runs it, and a new thread continues its ops
//   fork                             others may be in calls; the child is checked with the blocks
//   of
//                                    the thread that forks
//   free_at_exit                     frees at the end of its thread: at an `exit', or after its
//   last
//                                    op; unless another thread's op names the block later
//   enter, leave, alloca, vla, foreign_brk, refuse_from and misuses are skipped and counted
//
// Oracles that need no order check while the threads run: zeroed, preserved, intact, disjoint,
// survives, aligned, usable, must-fail, failure-keeps, errno, fork-safe, no-false-alarm, liveness.
// When no thread is in a call, integrity, statistics, no-leak and page-log check. Blocks of two
// threads are compared by what each thread knows for certain: that it owned its block from the
// return of one call to the begin of another. Two owners of a byte are reported before any other
// finding of the round.
//
// no-growth checks at the end, if it is on and if no round of the program leaves anything live,
// refused or unusable. It runs windows of 64 rounds on one more heap, then of four times as many
// while held memory rises. It fails if memory rises in four windows of one length, by more than the
// profile's slack, and by as much again in eight more: memory that only reaches new heights by
// chance does so ever more rarely. `exit' ends threads there too. Without a page source it does not
// check: allocators that delay giving pages back let resident memory rise for seconds, longer than
// a race run lasts.
//
// Run races in a child process (ac_child_race, child.h): there a deadlock or a crash is a finding
// too. A matrix runs them with ac_child_batch, `race_rounds' of its options set.
#ifndef ALLOCHECK_RACE_H
#define ALLOCHECK_RACE_H

#include "run.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    AC_RACE_ROUNDS = 100, /* default */
    AC_RACE_MOST_ROUNDS = 1 << 20,
    AC_RACE_GROWTH_ROUNDS = 30000, /* limit of no-growth for a single program, */
    AC_RACE_GROWTH_SHORT = 4000,   /* and for one program of a campaign, */
    AC_RACE_GROWTH_IN = 32,        /* where one in this many is checked, by its random seed */
    AC_RACE_RETURN_MS = 1000,      /* wall time for threads to return after a finding */
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

/* Progress of the threads, in memory that another process may watch. Written with plain stores. */
struct ac_race_watch {
    struct ac_progress thread[AC_MAX_THREADS];
    volatile uint32_t running; /* 1 while the threads run */
    volatile uint32_t dying;   /* 1 + the thread that a signal or a sanitizer's report hit */
    volatile uint32_t found;   /* 1: finding is valid, even if other threads crash or hang */
    struct ac_finding finding;
};

struct ac_race_options {
    uint64_t seed;               /* of the schedules: yields, spins, CPUs, rounds of each heap */
    uint32_t rounds;             /* how often the program runs; 0: AC_RACE_ROUNDS */
    uint32_t growth_rounds;      /* limit of further rounds for no-growth; 0: it does not check */
    struct ac_race_watch *watch; /* NULL: not watched */
};

/* Runs a program as a race, `rounds' times or until a finding. A heap sees one or more rounds, and
 * its threads live as long as it does. The report sums all rounds; its digest is 0. Answers,
 * journal and behaviours of the runner's options are not filled. If a call does not return, this
 * function does not return either, unless another thread made a finding: after AC_RACE_RETURN_MS it
 * abandons the threads that hang, with their memory, and the process should end soon. */
void ac_run_race(struct ac_runner *runner, const struct ac_program *program,
                 const struct ac_race_options *options, struct ac_report *report);

/* Spreads the ops of a program over 2 to 4 threads, a few consecutive ops on each, by the random
 * seed. A program whose ops are on several threads already stays as it is. */
void ac_race_spread(struct ac_program *program, uint64_t seed);

/* True if the ops of a program are on several threads. */
bool ac_race_is_spread(const struct ac_program *program);

/* For handlers of signals and sanitizer reports: marks the calling thread as the one that was hit.
 * Does nothing outside a race run. Takes no lock. */
void ac_race_note_death(void);

#ifdef __cplusplus
}
#endif
#endif
