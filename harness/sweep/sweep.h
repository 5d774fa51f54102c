// SPDX-License-Identifier: MIT
// `allocheck sweep`: refuses every page request of every program, one run each. A campaign whose
// programs are those runs.
#ifndef ALLOCHECK_SWEEP_SWEEP_H
#define ALLOCHECK_SWEEP_SWEEP_H

#include "campaign/campaign.h"
#include "campaign/workers.h"
#include "tool/input.h"

#include <stdatomic.h>

struct sweep_options {
    struct campaign_options campaign;
};

/* What the runs of a program refuse, in this order. */
enum sweep_mode {
    SWEEP_ONCE,           /* the nth page request */
    SWEEP_FROM,           /* the nth and all after it */
    SWEEP_NO_RESIZE,      /* growth in place */
    SWEEP_NO_RESIZE_ONCE, /* growth in place, and the nth */
    SWEEP_MODES
};

struct sweep_program {
    const char *name;
    bool text, forced; /* as in struct input */
    struct ac_expect expect;
    struct ac_program program;
    uint64_t requests;           /* page requests if none is refused, */
    uint64_t open_requests;      /* those of them before the first op, */
    uint64_t no_resize_requests; /* and if growth in place is refused; 0: it never grows */
    uint64_t first;              /* id of its first run */
};

/* One run of a program. */
struct sweep_run {
    const struct sweep_program *of;
    enum sweep_mode mode;
    uint64_t nth; /* 0: none */
};

/* Counts of one worker, besides those of every campaign. */
struct sweep_tally {
    uint64_t refused;   /* runs in which their request was refused */
    uint64_t unreached; /* runs that made fewer requests */
    uint64_t enough;    /* runs skipped because their program has enough findings */
    uint64_t ending;    /* runs skipped because the allocator would end its process */
};

/* In memory of all processes. */
struct sweep_shared {
    atomic_bool gave_up;          /* the allocator ended its process when it was refused pages */
    struct sweep_tally tallies[]; /* one per job */
};

struct sweep {
    struct campaign *campaign;
    struct sweep_program *programs;
    size_t count;      /* of programs */
    size_t counted;    /* programs whose requests are known; they come first. Of them skipped: */
    size_t failing;    /* with a finding even if nothing is refused, */
    size_t expected;   /* with the finding that they expect, */
    size_t incomplete; /* not run, or not to their end */
    uint64_t requests; /* of all programs */
    uint64_t runs;     /* planned */
    uint64_t
        ending; /* of them skipped, because the profile says that exhaustion ends the process */
    struct sweep_shared *shared;
};

/* Parses the command line; a usage error ends the process. */
void sweep_parse(struct sweep_options *options, int argc, char **argv);

/* Runs a sweep. Returns the exit status of the command. */
int sweep_main(const struct sweep_options *options);

/* --- count.c --- */

/* Reads the programs and counts their page requests. False: a message has been printed. */
bool sweep_count(struct sweep *sweep);
void sweep_free_programs(struct sweep *sweep);

/* --- runs.c --- */

uint64_t sweep_runs_of(const struct sweep_program *program);
struct sweep_run sweep_run_at(const struct sweep *sweep, uint64_t id);

/* What a run refuses by number. */
struct ac_refusal sweep_refusal(const struct sweep_run *run);
/* Sets what it refuses by quirk. */
void sweep_set_quirks(const struct sweep_run *run, struct ac_program *program);

/* Does a run. Later runs of the child refuse the same. */
enum ac_child_end sweep_do(struct ac_child *child, const struct sweep_run *run,
                           struct ac_report *report);

/* `page request 3 of 7 refused, in FILE`. */
void sweep_describe(const struct sweep_run *run, char *text, size_t capacity);

/* True if a run leaves nothing behind in its process. */
bool sweep_is_stateless(const struct campaign *campaign);

/* --- work.c --- */

/* In a worker: does every jobs-th run. */
void sweep_work(struct worker *worker, const struct campaign *campaign);

/* --- candidate.c --- */

/* Makes a candidate of a finding: of a worker, or of a run. */
void sweep_take(struct campaign *campaign, const struct worker_finding *reported);
void sweep_found(struct campaign *campaign, const struct sweep_run *run,
                 const struct ac_finding *finding);

/* --- express.c --- */

/* Makes a program with a `refuse` op that shows the same kind of finding without a sweep. False:
 * there is none, or out of memory. */
bool sweep_express(struct ac_child *child, const struct sweep_run *run,
                   const struct ac_finding *finding, struct ac_program *program);

/* --- summary.c --- */

void sweep_print_start(struct sweep *sweep);
void sweep_print_summary(struct sweep *sweep);

size_t sweep_programs(const struct sweep *sweep);          /* that are swept */
struct sweep_tally sweep_total(const struct sweep *sweep); /* of all workers */

/* Those that the time limit came too early for. */
uint64_t sweep_late_programs(const struct sweep *sweep);
uint64_t sweep_late_runs(const struct sweep *sweep);

/* --- json.c --- */

/* Counts of a sweep, the member `campaign` of its JSON document; to be deleted. */
struct cJSON *sweep_details(const struct sweep *sweep);

#endif
