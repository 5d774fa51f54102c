// SPDX-License-Identifier: MIT
// The memory that parent and child share. The parent writes a request and sends one byte; the child
// writes the result and sends one byte back, or its process ends.
#ifndef ALLOCHECK_CHILD_SHARED_H
#define ALLOCHECK_CHILD_SHARED_H

#include "run/alarm.h"

#include "allocheck/behaviour.h"
#include "allocheck/child.h"

#include "crash.h"
#include "probe/probe.h"

#include <sys/types.h>

enum ac_child_request_kind {
    AC_CHILD_RUNS,     /* one program, under the inline oracles */
    AC_CHILD_REPLAYS,  /* one program, under the replay oracles that one process can check */
    AC_CHILD_RACES,    /* one program, as a race run */
    AC_CHILD_MEASURES, /* the cost of one program; nothing is checked */
    AC_CHILD_PROBES,   /* the allocator, as `probe_state` says */
    AC_CHILD_RUNS_BATCH,
};

struct ac_child_request {
    enum ac_child_request_kind kind;
    struct ac_head head; /* of the one program; its ops are in the shared ops */
    size_t ops;
    struct ac_refusal refusal;
    struct ac_accepted accepted;
    uint64_t growth_ms; /* that no-growth may take; 0: no limit */
    struct ac_race_options race;
    enum ac_cost_of cost_of;
    struct ac_batch_options batch;
    struct ac_boundaries boundaries; /* a copy of *batch.generate.boundaries */
};

static inline bool ac_child_is_race(const struct ac_child_request *request) {
    return request->kind == AC_CHILD_RACES ||
           (request->kind == AC_CHILD_RUNS_BATCH && request->batch.race_rounds > 0);
}

/* The child's options, for a process that does not inherit its parent's memory: the pointers among
 * them are replaced there. */
struct ac_child_settings {
    struct ac_child_options options;
    struct ac_profile_copy profile; /* a copy of *options.target.profile, if there is one */
    char path[AC_LIBRARY_PATH];     /* of the library */
};

struct ac_child_shared {
    /* From the parent. */
    struct ac_child_settings settings;
    struct ac_child_request request;
    struct ac_enumeration enumeration; /* a copy of *request.batch.enumeration */
    /* From the child, while it runs. */
    struct ac_progress progress;
    struct ac_race_watch race; /* of race runs */
    uint64_t begun;            /* programs that this process has begun */
    uint64_t calls_before;     /* calls before the last of them, as `progress` counts calls */
    /* The result. */
    struct ac_batch result; /* of one program: only `sum` */
    struct ac_cost cost;
    struct ac_child_loaded loaded; /* if the target is a library */
    struct ac_probe_state probe_state;
    uint8_t behaviour[AC_BEHAVIOUR_CELLS];
    /* What a process leaves when it fails. */
    bool broken; /* it could not serve; `trouble` says why */
    char trouble[AC_LIBRARY_ERROR];
    struct ac_alarm alarm;
    struct ac_crash crash;
};

struct ac_child {
    struct ac_child_options options;
    /* Each is mapped in both processes from the memory file below. */
    struct ac_child_shared *shared;
    struct ac_op *ops;
    struct ac_answers *answers; /* NULL: not kept */
    struct ac_journal *journal; /* NULL: not kept */
    int shared_file, ops_file, answers_file, journal_file;
    size_t op_capacity;
    int output; /* memory file: the child's standard output and error */
    int link;   /* the parent's end of the socket; -1: no process */
    pid_t pid;
    bool gave_up;                    /* as ac_child_gave_up returns it */
    struct ac_unfinished unfinished; /* as ac_child_unfinished returns it */
    struct ac_refusal refusal;       /* of the runs to come, */
    struct ac_accepted accepted;     /* too */
    uint64_t processes;              /* forked so far */
    uint64_t deadline;               /* of CLOCK_MONOTONIC, in ms; 0: none */
    uint64_t program_deadline;       /* likewise, of the program that is replayed */
};

/* Makes room for `count` shared ops; their content is lost. False: out of memory. */
bool ac_child_reserve_ops(struct ac_child *child, size_t count);

void ac_child_empty_output(struct ac_child *child);

/* Records why the child could not serve, for ac_child_trouble. Either process may call it. */
void ac_child_explain(struct ac_child *child, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
