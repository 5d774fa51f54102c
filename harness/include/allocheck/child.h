// SPDX-License-Identifier: MIT
// Runs programs in a child process: a crash, an exit or a call that never returns becomes a finding
// with its op, and does not end the harness.
#ifndef ALLOCHECK_CHILD_H
#define ALLOCHECK_CHILD_H

#include "enumerate.h"
#include "cost.h"
#include "crash.h"
#include "generate.h"
#include "journal.h"
#include "race.h"
#include "run.h"
#include "target.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ac_child_options {
    struct ac_target target; /* what it points to must outlive the child */
    ac_oracle_set oracles;   /* to check; AC_ALL_ORACLES */
    bool free_at_end;        /* as in ac_run_options */
    bool waits_for_decay;    /* likewise */
    bool keep_answers;       /* of each program, for ac_child_answers */
    bool keep_journal;       /* of each program, for ac_child_journal */
    struct ac_watch watch;   /* as in ac_run_options */
    bool keep_behaviour;     /* of all programs, for ac_child_behaviour */
    uint32_t call_ms;        /* CPU milliseconds that a call may take; 0: AC_CALL_SECONDS */
    uint64_t memory;         /* bytes that the process may have resident; 0: AC_MEMORY */
    /* Wall milliseconds that a program may take in all under the replay oracles, or as race runs;
     * under the inline oracles alone it may take 1 / AC_INLINE_SHARE of them. A call that may hang
     * is waited for. A program that takes longer ends without a finding, and over_time counts it.
     * no-growth gives up earlier, also before the time of ac_child_timeout expires, and
     * growth_unchecked counts that. 0: no limit. */
    uint32_t program_ms;
    /* Called some 50 times a second during a request; true ends the request as ac_child_timeout
     * does. NULL: never. */
    bool (*stop)(void);
};

/* How a request to the child ended. */
enum ac_child_end {
    AC_CHILD_RAN,     /* the result is valid: a finding or none */
    AC_CHILD_TIMEOUT, /* the time of ac_child_timeout expired */
    AC_CHILD_FAILED,  /* no process, no memory, or killed from outside: nothing was checked */
};

enum { AC_INLINE_SHARE = 6 };
enum { AC_LOAD_SECONDS = 10 }; /* wall time that a library may take to load */

/* The library of a target, as the child that loaded it describes it. */
struct ac_child_loaded {
    struct ac_allocator allocator; /* name and profile point into this struct; its functions can be
                                      called only in the child */
    char name[AC_TARGET_NAME];
    struct ac_profile_copy profile;
};

/* Has one process at a time, started when first needed, used for one program after another, and
 * replaced after a crash. Not thread-safe. Memory comes from the operating system. NULL: out of
 * memory or of file descriptors. */
struct ac_child *ac_child_new(const struct ac_child_options *options);
void ac_child_delete(struct ac_child *child);

enum ac_child_load_end {
    AC_LOAD_DONE,
    AC_LOAD_REFUSED, /* not a library, not an allocator, or not loadable in this way */
    AC_LOAD_FAILED,  /* it ended the process or took too long, or there was no process */
};

/* Loads the target's library in the child's process, unless it is loaded, and describes it in
 * *loaded. On failure ac_child_trouble says why. */
enum ac_child_load_end ac_child_load(struct ac_child *child, struct ac_child_loaded *loaded);

/* Executes this program again, with the same arguments, without address space randomisation, unless
 * it runs without already: then a finding that depends on addresses shows in every run. True: there
 * is none. False: the system does not allow that; nothing has changed. Call it first in main. */
bool ac_child_stop_randomisation(char **arguments);

/* Serves the parent, and does not return, if this process was started as a child with a preloaded
 * library; otherwise does nothing. Call it before anything else. `loader` finds the library's
 * allocator. Takes no memory from malloc. */
void ac_child_serve_preloaded(ac_library_loader *loader);

/* False: this machine, or this build, cannot trap system calls (target.h). */
bool ac_child_can_trap(void);

/* Where a program was when the time of its request expired. */
struct ac_unfinished {
    bool known;     /* there was one */
    unsigned place; /* place.h */
    uint64_t ms;    /* since its call began; 0: it was in none, or for less than a second */
    bool generated; /* by ac_generate, from this random seed */
    uint64_t seed;
};

/* After AC_CHILD_TIMEOUT, until the next request. */
struct ac_unfinished ac_child_unfinished(const struct ac_child *child);

/* Why the last request failed: one line without a name or a newline. */
const char *ac_child_trouble(const struct ac_child *child);

/* All later requests together end within `milliseconds` of wall time from now; 0: no limit. */
void ac_child_timeout(struct ac_child *child, uint64_t milliseconds);

/* The next program starts in a fresh process, with the other of two address layouts. */
void ac_child_renew(struct ac_child *child);

/* Sets `trapped' of the target (target.h) for the programs to come. Only if ac_child_can_trap, and
 * for an allocator that takes no page source. */
void ac_child_trap(struct ac_child *child, bool trapped);

/* Sets the profile of the target for the programs to come. It must outlive the child. */
void ac_child_profile(struct ac_child *child, const struct ac_profile *profile);

/* Refuses pages, as ac_runner_refuse does, in every run of a program from now on. */
void ac_child_refuse(struct ac_child *child, struct ac_refusal refusal);

/* Accepts failed checks, as ac_runner_accept does, in every run of a program from now on. NULL:
 * none.
 */
void ac_child_accept(struct ac_child *child, const struct ac_accepted *accepted);

/* Runs one program under the inline oracles, as ac_run. A signal, abort, exit or sanitizer report
 * is a finding of survives; if it fits better, of live-untouched or no-false-alarm, or, during a
 * misuse, of misuse-caught. A call that does not return, twice, is a finding of liveness. Each
 * names the op; if its oracle does not check, nothing is found. The counts of such a report are 0.
 * A program that reaches the memory limit, alone in its process, ends there without a finding:
 * over_memory counts it, and of its other counts only the calls are known. */
enum ac_child_end ac_child_run(struct ac_child *child, const struct ac_program *program,
                               struct ac_report *report);

/* True if the last program ended its process, by abort or exit, in the very call for which a trap
 * had refused pages: the allocator does not return when memory is exhausted. */
bool ac_child_gave_up(const struct ac_child *child);

/* Runs one program as ac_child_run, then under the replay oracles, then in a fresh process, which
 * must give the same digest (deterministic). Stops at the first finding, and if the first run
 * reaches the memory limit. Counts and checks are summed over all runs; the digest is the first
 * run's. */
enum ac_child_end ac_child_replay(struct ac_child *child, const struct ac_program *program,
                                  struct ac_report *report);

/* Runs one program as a race run (race.h), under the child's oracles among AC_RACE_ORACLES; ignores
 * `watch'. The finding of a thread stands, whatever becomes of the others. If no thread has one, a
 * crash is a finding at the op that the dying thread ran, and liveness is one if no thread makes
 * progress for the time that a call may take; it is not tried again, for the next run may go well.
 * After a finding the process is replaced. */
enum ac_child_end ac_child_race(struct ac_child *child, const struct ac_program *program,
                                const struct ac_race_options *options, struct ac_report *report);

struct ac_batch_options {
    struct ac_generate_options generate;
    /* Gives the programs; those that `generate' leaves ops out of are skipped. NULL:
     * ac_generate makes them. */
    const struct ac_enumeration *enumeration;
    uint64_t first_seed;  /* the first random seed, or index of the enumeration */
    uint64_t count;       /* programs, at most */
    bool once;            /* a call that does not return is not tried again: the caller does */
    bool replay;          /* also check the replay oracles that one process can check */
    uint32_t race_rounds; /* > 0: each program, spread over threads by ac_race_spread, is a race
                             run of N rounds with the random seed of its head */
    bool race_growth;     /* no-growth checks each of them; else one in AC_RACE_GROWTH_IN */
};

struct ac_batch {
    uint64_t programs; /* begun; the last one has the finding */
    uint64_t left_out; /* of them skipped */
    uint64_t seed;     /* of the last program, or its index: it can be made again */
    struct ac_report sum;
};

/* Makes programs in the child, of consecutive random seeds or indices (all below the enumeration's
 * total), and runs them until a finding. A program that crashes adds no counts to the sum. */
enum ac_child_end ac_child_batch(struct ac_child *child, const struct ac_batch_options *options,
                                 struct ac_batch *batch);

/* Measures the cost of a program's calls in a fresh process, as ac_cost. If it does not return
 * AC_CHILD_RAN, ac_child_trouble says why. Only ac_child_timeout ends a call that hangs. */
enum ac_child_end ac_child_cost(struct ac_child *child, const struct ac_program *program,
                                enum ac_cost_of of, struct ac_cost *cost);

/* AC_BEHAVIOUR_CELLS counters (behaviour.h) of what all programs so far looked like from outside.
 * NULL: not kept. Valid until the child is deleted. */
const uint8_t *ac_child_behaviour(const struct ac_child *child);

/* The answers to the last program, up to its end. NULL: not kept. Valid until the next request. */
const struct ac_answers *ac_child_answers(const struct ac_child *child);

/* The journal of the last program, up to its end or to the call in which its process ended, with
 * what its finding saw. If a request runs a program several times, it is the last run's. NULL: not
 * kept. Valid until the next request. */
const struct ac_journal *ac_child_journal(const struct ac_child *child);

/* Runs a program once more, as ac_child_run, in another process, and watches the first byte
 * that a finding calls wrong: *by is the call that changed it. False: not known. The finding is not
 * about the content of a live block, did not occur again, or no call changed the byte. */
bool ac_child_culprit(const struct ac_child *child, const struct ac_program *program,
                      const struct ac_finding *finding, struct ac_event *by);

/* Runs a program several times more, in two other processes: *first is the first answer (block
 * or NULL, errno, usable size) that differs between runs, *other the differing one. False: there is
 * none, or a run did not end. */
bool ac_child_difference(const struct ac_child *child, const struct ac_program *program,
                         struct ac_event *first, struct ac_event *other);

/* The frames of the allocator, and of what it called, if a signal ended the child during the last
 * request, in a call, or the call did not return; else none. Never NULL. Valid until the next
 * request. */
const struct ac_crash *ac_child_crash(const struct ac_child *child);

/* The standard output and error of the child during the last request, such as a sanitizer's report.
 * If it does not fit, its end. Terminated by a zero byte if `capacity` is not 0. Returns the
 * length.
 */
size_t ac_child_output(const struct ac_child *child, char *text, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
