// SPDX-License-Identifier: MIT
// Runs programs in a child process, so that a crash, an exit or a call that never returns is a
// finding with its op and not the end of the harness.
#ifndef ALLOCHECK_CHILD_H
#define ALLOCHECK_CHILD_H

#include "enumerate.h"
#include "cost.h"
#include "generate.h"
#include "journal.h"
#include "race.h"
#include "run.h"
#include "target.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ac_child_options {
    struct ac_target target; /* what it points to outlives the child */
    ac_oracle_set oracles;   /* that check; AC_ALL_ORACLES */
    bool free_at_end;        /* as in ac_run_options */
    bool keep_answers;       /* of each program, for ac_child_answers */
    bool keep_journal;       /* of each program, for ac_child_journal */
    struct ac_watch watch;   /* as in ac_run_options */
    bool keep_behaviour;     /* of all programs, for ac_child_behaviour */
    uint32_t call_ms;        /* CPU milliseconds that a call may take; 0: AC_CALL_SECONDS */
    uint64_t memory;         /* bytes that the process may have resident; 0: AC_MEMORY */
    bool (*stop)(void); /* asked while a request lasts, some 50 times a second: true ends it as the
                           time of ac_child_timeout does; NULL: never */
};

/* How a request to the child ended. */
enum ac_child_end {
    AC_CHILD_RAN,     /* the result is valid: a finding or none */
    AC_CHILD_TIMEOUT, /* the time of ac_child_timeout was over */
    AC_CHILD_FAILED,  /* no process, no memory, or killed from outside: nothing was checked */
};

enum { AC_LOAD_SECONDS = 10 }; /* wall time that a library may take to load */

/* What a process saw of the library that it loaded. */
struct ac_child_loaded {
    struct ac_allocator allocator; /* name and profile point into this struct; nobody else can call
                                      its functions */
    char name[AC_TARGET_NAME];
    struct ac_profile_copy profile;
};

/* One process at a time, started when first needed, used for one program after another and replaced
 * after a crash. Not for several threads. Memory comes from the operating system. NULL: out of
 * memory or of file descriptors. */
struct ac_child *ac_child_new(const struct ac_child_options *options);
void ac_child_delete(struct ac_child *child);

enum ac_child_load_end {
    AC_LOAD_DONE,
    AC_LOAD_REFUSED, /* it is no library, no allocator, or cannot be loaded in this way */
    AC_LOAD_FAILED,  /* it ended the process or took too long, or there was no process */
};

/* Loads the library of the target in the child's process, where that has not been done, and says
 * what it is. Where it cannot be loaded, ac_child_trouble says why. */
enum ac_child_load_end ac_child_load(struct ac_child *child, struct ac_child_loaded *loaded);

/* An executable that has started itself anew, to have a library preloaded, calls this before all
 * else: it then serves its parent and does not return. Anywhere else it does nothing. `find` is the
 * library's allocator, as the `load` of struct ac_library. Takes no memory from malloc. */
void ac_child_enter(const struct ac_allocator *(*find)(const char *path, char *error,
                                                       size_t capacity));

/* False: no process of this machine, or of this build, can be trapped (target.h). */
bool ac_child_can_trap(void);

/* Why the last request failed: one line without a name or a newline. */
const char *ac_child_trouble(const struct ac_child *child);

/* All later requests together end within `milliseconds` of wall time from now; 0: no limit. */
void ac_child_timeout(struct ac_child *child, uint64_t milliseconds);

/* The next program starts in a fresh process, its address space laid out differently. */
void ac_child_renew(struct ac_child *child);

/* From now on its processes are trapped, or not, as `trapped' of its target says it for all
 * (target.h): only where ac_child_can_trap, of an allocator that takes no page source. */
void ac_child_trap(struct ac_child *child, bool trapped);

/* In every run of a program from now on, in whatever process, pages are refused as by
 * ac_runner_refuse. */
void ac_child_refuse(struct ac_child *child, struct ac_refusal refusal);

/* Runs one program under the inline oracles; as ac_run. Signal, abort, exit and a sanitizer's
 * report are findings of survives (of live-untouched, no-false-alarm, or in the middle of a misuse
 * of misuse-caught, where they are that), a call that does not return, twice, one of liveness; each
 * names the op. The counts of such a report are 0. Where the oracle in question does not check,
 * nothing is found. A program that reaches the bound of memory, alone in its process, ends there:
 * no finding, over_memory counts it, and of its counts only the calls are known. */
enum ac_child_end ac_child_run(struct ac_child *child, const struct ac_program *program,
                               struct ac_report *report);

/* True where the last program ended with its process, by abort or exit, in the very call for which
 * a trap had refused pages: the allocator does not return when memory is exhausted. */
bool ac_child_gave_up(const struct ac_child *child);

/* Runs one program as ac_child_run, then under the replay oracles, and once more in a fresh process
 * that must give the same digest (deterministic). Stops at the first finding, and where the first
 * run reaches the bound of memory. Counts and checks
 * are summed over all runs; the digest is the first run's. */
enum ac_child_end ac_child_replay(struct ac_child *child, const struct ac_program *program,
                                  struct ac_report *report);

/* Runs one program as a race run (race.h); the `watch' of the options is not looked at. What a
 * thread has found stands, whatever becomes of the others; where none has, a crash is a finding of
 * the op that the thread in question ran, and liveness is one where no thread makes any progress
 * for the time that a call may take: once, for another run may go well. After a finding the process
 * is replaced. The oracles that check are those of AC_RACE_ORACLES among the child's. */
enum ac_child_end ac_child_race(struct ac_child *child, const struct ac_program *program,
                                const struct ac_race_options *options, struct ac_report *report);

struct ac_batch_options {
    struct ac_generate_options generate;
    const struct ac_enumeration *enumeration; /* its programs; NULL: those that ac_generate makes */
    uint64_t first_seed;  /* then the next ones, each a program; of an enumeration: first index */
    uint64_t count;       /* programs, at most */
    bool replay;          /* the replay oracles that one process can check, too */
    uint32_t race_rounds; /* each program, spread over threads by ac_race_spread, is a race run of
                             so many rounds and the seed of its head instead; 0: not so */
    bool race_growth;     /* no-growth checks each of them; else one in AC_RACE_GROWTH_IN */
};

struct ac_batch {
    uint64_t programs; /* begun; the one with the finding is the last */
    uint64_t seed;     /* of the last program, or its index: it can be made again */
    struct ac_report sum;
};

/* Runs the programs of consecutive random seeds, or of consecutive indices of an enumeration (all
 * below its total), made in the child, until a finding. What was done
 * before a crash is summed; the program that crashed adds no counts. */
enum ac_child_end ac_child_batch(struct ac_child *child, const struct ac_batch_options *options,
                                 struct ac_batch *campaign);

/* Measures what a program's calls cost, in a fresh process; as ac_cost. Anything but AC_CHILD_RAN:
 * ac_child_trouble says why. A call that does not return ends at the time of ac_child_timeout. */
enum ac_child_end ac_child_cost(struct ac_child *child, const struct ac_program *program,
                                enum ac_cost_of of, struct ac_cost *cost);

/* What the programs so far looked like from outside, where it is kept: AC_BEHAVIOUR_CELLS counters
 * (behaviour.h); else NULL. Valid until the child is deleted. */
const uint8_t *ac_child_behaviour(const struct ac_child *child);

/* The answers to the last program, up to where it ended, where they are kept; else NULL. Valid
 * until the next request. */
const struct ac_answers *ac_child_answers(const struct ac_child *child);

/* What happened in the last program, up to where it ended, with the call that was running where
 * the process ended in one, and what its finding saw; of a request that runs a program several
 * times, the last run. Where it is not kept, NULL. Valid until the next request. */
const struct ac_journal *ac_child_journal(const struct ac_child *child);

/* Runs a program once more in a process of its own, as ac_child_run, and watches the first byte
 * that a finding calls wrong: *by becomes the call that changed it. False: it is not known, for the
 * finding is not about what a live block holds, did not show again, or no call changed the byte. */
bool ac_child_culprit(const struct ac_child *child, const struct ac_program *program,
                      const struct ac_finding *finding, struct ac_event *by);

/* Runs a program several times more in a process of its own, and in another: the first answer
 * (block or not, errno, usable size) that is not what it was the first time. False: there is none,
 * or a run did not end. */
bool ac_child_difference(const struct ac_child *child, const struct ac_program *program,
                         struct ac_event *first, struct ac_event *other);

/* What the child wrote to its standard output and error during the last request: the report of a
 * sanitizer, a last message; where a signal has ended it in a call, then the allocator's frames, as
 * sanitizers write them, with offsets in their files for addresses. Where it does not fit, its end.
 * A zero byte follows where capacity allows. Returns the length. */
size_t ac_child_output(const struct ac_child *child, char *text, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
