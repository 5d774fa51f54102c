// SPDX-License-Identifier: MIT
// The parts of `allocheck sweep': every page request of every program refused, one run each.
#ifndef ALLOCHECK_CLI_SWEEP_H
#define ALLOCHECK_CLI_SWEEP_H

#include "campaign/fuzz_campaign.h"
#include "campaign/fuzz_workers.h"
#include "tool/input.h"

#include <stdatomic.h>

/* How the runs of a program refuse, in the order in which they come. */
enum sweep_mode {
    SWEEP_ONCE,       /* the kth page request alone */
    SWEEP_FROM,       /* the kth and all after it */
    SWEEP_FIXED,      /* none but growth in place */
    SWEEP_FIXED_ONCE, /* growth in place and the kth */
    SWEEP_MODES
};

/* One program. */
struct sweep_program {
    const char *name;
    struct ac_expect expect;
    struct ac_program program;
    uint64_t requests;      /* that it makes where none is refused, */
    uint64_t open_requests; /* of them before its first op, */
    uint64_t fixed;         /* and where growth in place is refused; 0: it asks for none */
    uint64_t first;         /* id of its first run */
};

/* What one process of runs came to, besides what every campaign counts. */
struct sweep_tally {
    uint64_t hit;       /* runs in which their request was refused */
    uint64_t unreached; /* in which it was never made */
    uint64_t left_out;  /* runs of programs that had shown enough */
    uint64_t ended;     /* runs left out, for the process would end */
};

/* In memory of all processes. */
struct sweep_shared {
    atomic_bool gave_up;          /* the allocator ended its process when it was refused pages */
    struct sweep_tally tallies[]; /* one for each job */
};

struct sweep {
    struct campaign *campaign;
    enum input_form form;
    const char *json; /* name of a file; NULL: not wanted */
    struct sweep_program *programs;
    size_t count;
    size_t counted;    /* programs run with nothing refused; they come first */
    size_t wrong;      /* of them, left out for a finding that they show without a refusal, */
    size_t satisfied;  /* for the finding that they say they have, */
    size_t troubled;   /* or for they could not be run, or not to their end */
    uint64_t requests; /* of all programs, none refused */
    uint64_t runs;     /* that there are */
    uint64_t left_out; /* of them, for the allocator ends its process when memory is exhausted */
    struct sweep_shared *shared;
};

/* One run of a program. */
struct sweep_run {
    const struct sweep_program *of;
    enum sweep_mode mode;
    uint64_t k; /* 0: no request by its number */
};

/* Reads the command line; a usage error ends the program. */
void sweep_parse(struct sweep *sweep, int argc, char **argv);

/* --- sweep_count.c --- */

/* Reads the programs of the campaign's paths and counts their page requests. False: a message has
 * been printed. */
bool sweep_count(struct sweep *sweep);
void sweep_forget(struct sweep *sweep);

/* --- sweep_runs.c --- */

uint64_t sweep_runs_of(const struct sweep_program *program);
struct sweep_run sweep_run_at(const struct sweep *sweep, uint64_t id);

/* What a run refuses by number. */
struct ac_refusal sweep_refusal(const struct sweep_run *run);
/* Runs it. The child's later runs refuse as this one does. */
enum ac_child_end sweep_do(struct ac_child *child, const struct sweep_run *run,
                           struct ac_report *report);

/* `page request 3 of 7 refused, in FILE'. */
void sweep_describe(const struct sweep_run *run, char *text, size_t capacity);

/* True where a process keeps nothing of one run for the next. */
bool sweep_is_stateless(const struct campaign *campaign);

/* --- sweep_work.c, sweep_check.c --- */

/* In a worker: every so many runs, from its index on. */
void sweep_work(struct worker *worker, const struct campaign *campaign);
/* In the parent: what one of them has found. */
void sweep_check(struct campaign *campaign, const struct worker_find *find);
/* The same of a run. */
void sweep_found(struct campaign *campaign, const struct sweep_run *run,
                 const struct ac_finding *finding);

/* --- sweep_express.c --- */

/* Makes a program of a run's own that shows the same kind of finding when it is run as any other
 * is. False: there is none, or out of memory. */
bool sweep_express(struct ac_child *child, const struct sweep_run *run,
                   const struct ac_finding *finding, struct ac_program *program);

/* --- sweep_summary.c --- */

void sweep_print_start(const struct sweep *sweep);
void sweep_print_summary(const struct sweep *sweep);

size_t sweep_programs(const struct sweep *sweep);            /* that are swept */
struct sweep_tally sweep_tallied(const struct sweep *sweep); /* of all jobs */

/* What the time did not suffice for. */
uint64_t sweep_late_programs(const struct sweep *sweep);
uint64_t sweep_late_runs(const struct sweep *sweep);

/* --- sweep_json.c --- */

/* Writes what came of it, and the exit status. False: a message has been printed. */
bool sweep_write_json(const struct sweep *sweep, int status);

#endif
