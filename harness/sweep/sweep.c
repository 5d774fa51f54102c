// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "sweep.h"

#include "campaign/documents.h"
#include "tool/interrupt.h"
#include "tool/tool.h"

#include <stdlib.h>
#include <sys/mman.h>

static const char *missing(const struct campaign *campaign) {
    return ac_target_takes_pages(&campaign->options.target_options.target) || ac_child_can_trap()
               ? NULL
               : "it takes no page source, and page requests cannot be trapped";
}

static bool run(struct campaign *campaign) {
    const struct workers_plan plan = {.work = sweep_work, .take = sweep_take};
    return workers_run(campaign, &plan);
}

static const struct engine engine_sweep = {.name = "sweep",
                                           .what = "given programs, with page requests refused",
                                           .missing = missing,
                                           .run = run};

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
    campaign->engine_data = sweep;
    campaign->engine_counts.planned = sweep->runs;
    if (ac_target_profile(target)->exhaustion_ends_process)
        sweep->ending = sweep->runs;
    sweep_print_start(sweep);
    if (sweep->ending == 0 && sweep->runs > 0 && !campaign_is_over(campaign) && !run(campaign))
        campaign->errors++;
    sweep_print_summary(sweep);
}

static int exit_status(const struct sweep *sweep) {
    const struct campaign *campaign = sweep->campaign;
    if (campaign->findings.count > 0)
        return STATUS_FINDING;
    if (campaign->errors + campaign->seeds.troubles > 0)
        return STATUS_ERROR;
    if (interrupt_pending())
        return STATUS_INTERRUPTED;
    if (sweep_late_runs(sweep) + sweep_late_programs(sweep) > 0)
        return STATUS_TIMEOUT;
    const int granted = target_check_grants(&campaign->options.target_options);
    if (granted != STATUS_CLEAN)
        return granted;
    if (campaign->engine_counts.programs == 0) {
        return tool_error("nothing was refused: %s", sweep->ending > 0
                                                         ? "the process would end"
                                                         : "no program made a page request");
    }
    return STATUS_CLEAN;
}

static int sweep_all(struct sweep *sweep) {
    if (!share(sweep) || !sweep_count(sweep) || sweep->count == 0)
        return STATUS_ERROR;
    run_all(sweep);
    const int status = exit_status(sweep);
    const bool written = campaign_write_documents(sweep->campaign, status, sweep_details(sweep));
    return written || status == STATUS_FINDING ? status : STATUS_ERROR;
}

int sweep_main(const struct sweep_options *options) {
    struct campaign *campaign = calloc(1, sizeof *campaign);
    struct sweep sweep = {.campaign = campaign};
    int status = STATUS_ERROR;
    if (campaign == NULL)
        return tool_out_of_memory();
    campaign->options = options->campaign;
    campaign->engine = &engine_sweep;
    campaign->unit = "runs";
    struct ac_target *target = &campaign->options.target_options.target;
    target->trapped = !ac_target_takes_pages(target);
    const char *why = missing(campaign);
    if (why != NULL)
        tool_error("%s: cannot be swept: %s", target->name, why);
    else if (outputs_open(&campaign->options.outputs) && campaign_begin(campaign))
        status = sweep_all(&sweep);
    sweep_free_programs(&sweep);
    campaign_end(campaign);
    return status;
}
