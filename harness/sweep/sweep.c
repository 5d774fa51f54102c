// SPDX-License-Identifier: MIT
// `allocheck sweep`: every page request refused, one run each. A campaign whose programs are runs.
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "sweep.h"

#include "tool/tool.h"
#include "tool/output.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static const char *missing(const struct campaign *campaign) {
    const struct ac_target *target = &campaign->options.target_options.target;
    return ac_target_takes_pages(target) || ac_child_can_trap()
               ? NULL
               : "it takes no page source, and page requests cannot be trapped";
}

static bool run(struct campaign *campaign) {
    const struct workers_plan plan = {.work = sweep_work, .check = sweep_check};
    return workers_run(campaign, &plan);
}

static const struct fuzz_engine fuzz_sweep = {
    "sweep", "programs that are given, each page request refused", false, false, missing, run};

/* --- one sweep --- */

static bool share(struct sweep *sweep) {
    const size_t tallies = sweep->campaign->options.jobs * sizeof *sweep->shared->tallies;
    void *memory = mmap(NULL, sizeof *sweep->shared + tallies, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        tool_out_of_memory();
        return false;
    }
    sweep->shared = memory;
    return true;
}

static void run_all(struct sweep *sweep) {
    struct campaign *campaign = sweep->campaign;
    const struct ac_target *target = &campaign->options.target_options.target;
    campaign_keep(campaign, sweep);
    campaign->engine_counts.all = sweep->runs;
    if (ac_target_profile(target)->exhaustion_ends_process) {
        sweep->left_out = sweep->runs;
    }
    sweep_print_start(sweep);
    progress_begin(campaign);
    if (sweep->left_out == 0 && sweep->runs > 0 && !campaign_over(campaign) && !run(campaign)) {
        campaign->troubles++;
    }
    sweep_print_summary(sweep);
}

static int exit_status(const struct sweep *sweep) {
    const struct campaign *campaign = sweep->campaign;
    if (campaign->finding_count > 0) {
        return STATUS_FINDING;
    }
    if (campaign->troubles + campaign->seeds.troubles > 0) {
        return STATUS_ERROR;
    }
    if (campaign_interrupted(campaign)) {
        return STATUS_ERROR;
    }
    if (sweep_late_runs(sweep) + sweep_late_programs(sweep) > 0) {
        return STATUS_TIMEOUT;
    }
    if (campaign->engine_counts.programs == 0) {
        return tool_error("nothing was refused: %s", sweep->left_out > 0
                                                         ? "the process would end"
                                                         : "no program made a page request");
    }
    return STATUS_CLEAN;
}

static int sweep_all(struct sweep *sweep) {
    if (!share(sweep) || !sweep_count(sweep)) {
        return STATUS_ERROR;
    }
    if (sweep->count == 0) {
        return STATUS_ERROR; /* none could be read, which has been said */
    }
    run_all(sweep);
    const int status = exit_status(sweep);
    const bool written = sweep->json == NULL || sweep_write_json(sweep, status);
    return written || status == STATUS_FINDING ? status : STATUS_ERROR;
}

int ac_cmd_sweep(int argc, char **argv) {
    struct sweep sweep = {.campaign = calloc(1, sizeof *sweep.campaign)};
    int status = STATUS_ERROR;
    if (sweep.campaign == NULL) {
        return tool_out_of_memory();
    }
    sweep_parse(&sweep, argc, argv);
    sweep.campaign->engine = &fuzz_sweep;
    sweep.campaign->unit = "runs";
    struct ac_target *target = &sweep.campaign->options.target_options.target;
    target->trapped = !ac_target_takes_pages(target);
    const char *why = missing(sweep.campaign);
    if (why != NULL) {
        tool_error("%s cannot be swept: %s", target->name, why);
    } else if ((sweep.json == NULL || output_try(sweep.json)) && campaign_begin(sweep.campaign)) {
        status = sweep_all(&sweep);
    }
    sweep_forget(&sweep);
    campaign_end(sweep.campaign);
    return status;
}
