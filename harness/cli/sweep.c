// SPDX-License-Identifier: MIT
// `allocheck sweep`: every page request refused, one run each. A hunt whose programs are runs.
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "sweep.h"

#include "cli.h"
#include "output.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static const char *missing(const struct hunt *hunt) {
    const struct ac_subject *subject = &hunt->options.trial.subject;
    return ac_subject_takes_pages(subject) || ac_child_can_trap()
               ? NULL
               : "it takes no page source, and requests for pages cannot be trapped here";
}

static bool run(struct hunt *hunt) {
    const struct workers_plan plan = {.work = sweep_work, .judge = sweep_judge};
    return workers_run(hunt, &plan);
}

const struct fuzz_engine fuzz_sweep = {
    "sweep", "programs that are given, each page request refused", false, missing, run};

/* --- one sweep --- */

static bool share(struct sweep *sweep) {
    const size_t tallies = sweep->hunt->options.jobs * sizeof *sweep->shared->tallies;
    void *memory = mmap(NULL, sizeof *sweep->shared + tallies, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        cli_trouble("out of memory");
        return false;
    }
    sweep->shared = memory;
    return true;
}

static void run_all(struct sweep *sweep) {
    struct hunt *hunt = sweep->hunt;
    const struct ac_subject *subject = &hunt->options.trial.subject;
    hunt_keep(hunt, sweep);
    hunt->engine_counts.all = sweep->runs;
    if (ac_subject_profile(subject)->exhaustion_ends_process) {
        sweep->left_out = sweep->runs;
    }
    sweep_print_start(sweep);
    progress_begin(hunt);
    if (sweep->left_out == 0 && sweep->runs > 0 && !hunt_over(hunt) && !run(hunt)) {
        hunt->troubles++;
    }
    sweep_print_summary(sweep);
}

static int exit_status(const struct sweep *sweep) {
    const struct hunt *hunt = sweep->hunt;
    if (hunt->finding_count > 0) {
        return CLI_FINDING;
    }
    if (hunt->troubles + hunt->seeds.troubles > 0) {
        return CLI_TROUBLE;
    }
    if (hunt_interrupted(hunt)) {
        return CLI_TROUBLE;
    }
    if (sweep_late_runs(sweep) + sweep_late_programs(sweep) > 0) {
        return CLI_TIMEOUT;
    }
    if (hunt->engine_counts.programs == 0) {
        return cli_trouble("nothing was refused: %s", sweep->left_out > 0
                                                          ? "the process would end"
                                                          : "no program made a page request");
    }
    return CLI_CLEAN;
}

static int sweep_all(struct sweep *sweep) {
    if (!share(sweep) || !sweep_count(sweep)) {
        return CLI_TROUBLE;
    }
    if (sweep->count == 0) {
        return CLI_TROUBLE; /* none could be read, which has been said */
    }
    run_all(sweep);
    const int status = exit_status(sweep);
    const bool written = sweep->json == NULL || sweep_write_json(sweep, status);
    return written || status == CLI_FINDING ? status : CLI_TROUBLE;
}

int ac_cmd_sweep(int argc, char **argv) {
    struct sweep sweep = {.hunt = calloc(1, sizeof *sweep.hunt)};
    int status = CLI_TROUBLE;
    if (sweep.hunt == NULL) {
        return cli_trouble("out of memory");
    }
    sweep_parse(&sweep, argc, argv);
    sweep.hunt->engine = &fuzz_sweep;
    sweep.hunt->unit = "runs";
    struct ac_subject *subject = &sweep.hunt->options.trial.subject;
    subject->trapped = !ac_subject_takes_pages(subject);
    const char *why = missing(sweep.hunt);
    if (why != NULL) {
        cli_trouble("%s cannot be swept: %s", subject->name, why);
    } else if ((sweep.json == NULL || output_try(sweep.json)) && hunt_begin(sweep.hunt)) {
        status = sweep_all(&sweep);
    }
    sweep_forget(&sweep);
    hunt_end(sweep.hunt);
    return status;
}
