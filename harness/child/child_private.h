// SPDX-License-Identifier: MIT
// What the two sides of the child share. The parent fills `request` and sends one byte; the child
// fills the result and sends one byte back, or ends.
#ifndef ALLOCHECK_CHILD_PRIVATE_H
#define ALLOCHECK_CHILD_PRIVATE_H

#include "run/alarm.h"
#include "allocheck/behaviour.h"
#include "allocheck/child.h"

#include "crash.h"
#include "probe/probe.h"

#include <sys/types.h>

struct ac_child_request {
    bool probes;    /* what `probing' says, and nothing else */
    bool generated; /* a batch; else the program in `head` and the shared ops */
    bool replay;    /* a single program: under the replay oracles alone; a batch: both */
    struct ac_refusal refusal;
    bool races; /* a single program: as a race run */
    struct ac_race_options race;
    struct ac_head head;
    size_t ops;
    bool measure; /* what the program costs; nothing is checked */
    enum ac_cost_of cost_of;
    struct ac_batch_options batch;
    struct ac_boundaries boundaries; /* what batch.generate.boundaries points to, copied */
};

/* The options, for a process that does not inherit its parent's memory. */
struct ac_child_orders {
    ac_oracle_set oracles;
    bool free_at_end;
    bool keep_behaviour;
    uint32_t call_ms;
    struct ac_watch watch;
    bool trapped;
    bool checked_by; /* the profile is given */
    struct ac_profile_copy profile;
    char path[AC_LIBRARY_PATH];
};

struct ac_child_shared {
    struct ac_child_orders orders;
    struct ac_progress progress;
    struct ac_race_watch race; /* of race runs */
    struct ac_child_request request;
    struct ac_enumeration enumeration; /* what request.batch.enumeration points to, copied */
    struct ac_alarm alarm;
    struct ac_crash crash;
    struct ac_batch result; /* a single program: only `sum` */
    struct ac_cost cost;
    struct ac_child_loaded loaded; /* where the target is a library */
    struct ac_probing probing;
    bool broken; /* the child could not serve; `trouble' says why */
    char trouble[AC_LIBRARY_ERROR];
    uint8_t behaviour[AC_BEHAVIOUR_CELLS];
    uint64_t begun;        /* programs that this process has begun */
    uint64_t calls_before; /* of the last of them, as progress counts calls */
};

struct ac_child {
    struct ac_child_options options;
    /* Mapped in both processes, each from the memory file beside it. */
    struct ac_child_shared *shared;
    struct ac_op *ops;
    struct ac_answers *answers; /* NULL: not kept */
    struct ac_journal *journal; /* NULL: not kept */
    int shared_file, ops_file, answers_file, journal_file;
    size_t op_capacity;
    int output; /* memory file that is the child's standard output and error */
    int link;   /* the parent's end; -1: no process */
    pid_t pid;
    bool gave_up;              /* the last program ended so (ac_child_gave_up) */
    struct ac_refusal refusal; /* in every run */
    uint64_t processes;        /* forked so far */
    uint64_t deadline;         /* of CLOCK_MONOTONIC, in ms; 0: none */
};

/* Why the wait for the child was over. */
enum ac_child_wait {
    AC_WAIT_REPLY,
    AC_WAIT_ENDED,   /* the process is gone; its status is known */
    AC_WAIT_STUCK,   /* a call used up its time; the process still lives */
    AC_WAIT_FULL,    /* it has all the memory that it may have; the process still lives */
    AC_WAIT_TIMEOUT, /* as is the user's timeout */
};

/* Starts a process that serves requests. False: none could be had, or the library that it should
 * load cannot be loaded; `trouble' of the shared memory says why. */
bool ac_child_start_process(struct ac_child *child);
/* Memory that another process maps too; *file: its memory file. NULL: out of either. */
void *ac_child_share(size_t size, int *file);

/* Replaces the forked process by this executable started anew, its library preloaded, which serves
 * on `link`. Returns where that fails. */
void ac_child_exec(const struct ac_child *child, int link);

/* Kills the process, if there is one. */
void ac_child_end_process(struct ac_child *child);
/* The process is gone, and waited for. */
void ac_child_forget_process(struct ac_child *child);
/* Room for so many shared ops; what lies in them is lost. False: out of memory. */
bool ac_child_reserve_ops(struct ac_child *child, size_t count);
void ac_child_empty_output(struct ac_child *child);

/* Waits for the child's reply or end, watching the call it is in and the memory it has. */
enum ac_child_wait ac_child_wait(struct ac_child *child, int *status);

/* Says why a request fails, for ac_child_trouble. */
void ac_child_explain(struct ac_child *child, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Waits until the process has loaded the target's library, if it is one. False: it has not, which
 * is explained, and the process is gone. */
bool ac_child_await_library(struct ac_child *child);

/* The child's side of that: the allocator that can be called here. NULL: none, explained. */
const struct ac_allocator *ac_child_allocator(struct ac_child *child, int link);
/* Bytes that the process may have resident; true where it has them. */
uint64_t ac_child_memory(const struct ac_child *child);
bool ac_child_is_full(const struct ac_child *child);

/* Reads the finding of a process that ended with `status` (as of waitpid) into *finding. False: it
 * was killed from outside. */
bool ac_child_death(struct ac_child *child, int status, struct ac_finding *finding);

/* Where the child is: of a race run, all its threads as one, at the op of the one that dies, or of
 * one that is in a call. */
struct ac_progress ac_child_progress(const struct ac_child *child);

/* True where a thread of a race run has found something that stands whatever came after it: but not
 * where ThreadSanitizer tells of two accesses, for they are why. */
bool ac_child_raced(const struct ac_child *child, struct ac_finding *finding);

/* The child's side: runs a program so, where the parent can see its threads. */
void ac_child_run_race(struct ac_child *child, struct ac_runner *runner,
                       const struct ac_program *program, const struct ac_race_options *options,
                       struct ac_report *report);

/* The finding of a call that did not return. */
void ac_child_stuck(const struct ac_child *child, struct ac_finding *finding);

/* The child's side: serves requests on `link` until the parent closes its end; does not return. */
void ac_child_serve(struct ac_child *child, int link);

/* From now on a sanitizer's report in this process is written into *alarm. */
void ac_child_watch_reports(struct ac_alarm *alarm, const struct ac_runner *runner);

#endif
