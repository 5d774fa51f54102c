// SPDX-License-Identifier: MIT
// A campaign from start to end, whatever its engine.
#include "campaign.h"

#include "children.h"
#include "deviations.h"
#include "documents.h"
#include "folder.h"
#include "progress.h"

#include "tool/interrupt.h"
#include "tool/status.h"
#include "tool/tool.h"

#include <stdlib.h>

/* --- begin and end --- */

static void open_setup(struct campaign *campaign) {
    const struct campaign_options *options = &campaign->options;
    campaign->setup = (struct setup){.target = &options->target_options.target,
                                     .oracles = options->target_options.oracles,
                                     .memory = options->target_options.memory,
                                     .call_seconds = options->call_time,
                                     .profile_file = options->target_options.profile_file,
                                     .engine = campaign->engine->name,
                                     .seeded = campaign->engine->seeded,
                                     .seed = options->seed};
    setup_open(&campaign->setup);
}

static bool find_seeds(struct campaign *campaign) {
    for (char **name = campaign->options.names; *name != NULL; name++)
        paths_add(&campaign->seeds, *name);
    return campaign->seeds.troubles == 0;
}

bool campaign_begin(struct campaign *campaign) {
    campaign_start_clock(campaign);
    if ((campaign->options.out != NULL && !campaign_make_folder(campaign)) || !find_seeds(campaign))
        return false;
    open_setup(campaign);
    campaign->confirm_child = campaign_new_confirm_child(campaign);
    campaign->replay_child = campaign_new_child(campaign, campaign->options.target_options.oracles);
    interrupt_hold();
    status_begin(campaign_draw, campaign, stdout);
    if (campaign->replay_child != NULL)
        campaign_limit_child(campaign, campaign->replay_child, CAMPAIGN_UNTIL_DEADLINE);
    return campaign->confirm_child != NULL && campaign->replay_child != NULL;
}

void campaign_end(struct campaign *campaign) {
    finding_list_destroy(&campaign->findings);
    ac_child_delete(campaign->confirm_child);
    ac_child_delete(campaign->replay_child);
    paths_destroy(&campaign->seeds);
    setup_close(&campaign->setup);
    free(campaign->folder);
    free(campaign);
}

/* --- all of it --- */

/* The engine that the user chose, or the first that can run. NULL: a message has been printed. */
static const struct engine *choose_engine(const struct campaign *campaign) {
    size_t count;
    const struct engine *chosen = campaign->options.engine;
    const struct engine *const *all = engines(&count);
    if (chosen != NULL) {
        const char *why = chosen->missing(campaign);
        if (why != NULL)
            tool_error("engine %s: cannot run here: %s", chosen->name, why);
        return why == NULL ? chosen : NULL;
    }
    for (size_t i = 0; i < count; i++)
        if (all[i]->automatic && all[i]->missing(campaign) == NULL)
            return all[i];
    tool_error("no engine can run here");
    return NULL;
}

static void run(struct campaign *campaign) {
    tool_warn_of_random_addresses();
    campaign_print_start(campaign);
    campaign_learn_scope(campaign);
    campaign_report_deviations(campaign);
    campaign_run_seeds(campaign);
    if (!campaign_is_over(campaign) && !campaign->engine->run(campaign)) {
        campaign->errors++;
        campaign->failed = true;
    }
    campaign_print_summary(campaign);
}

static int exit_status(const struct campaign *campaign) {
    const struct campaign_counts total = campaign_total(campaign);
    if (campaign->findings.count > 0)
        return STATUS_FINDING;
    if (campaign->errors + campaign->seeds.troubles > 0)
        return STATUS_ERROR;
    if (interrupt_pending())
        return STATUS_INTERRUPTED;
    if (total.timed_out > 0)
        return STATUS_TIMEOUT; /* printed */
    if (total.sum.counts.calls == 0)
        return tool_error("nothing was tested: no program made a call");
    return target_check_grants(&campaign->options.target_options);
}

int campaign_main(const struct campaign_options *options) {
    struct campaign *campaign = calloc(1, sizeof *campaign);
    int status = STATUS_ERROR;
    if (campaign == NULL)
        return tool_out_of_memory();
    campaign->options = *options;
    campaign->unit = "programs";
    campaign->engine = choose_engine(campaign);
    if (campaign->engine != NULL && outputs_open(&campaign->options.outputs) &&
        campaign_begin(campaign)) {
        run(campaign);
        status = exit_status(campaign);
        if (!campaign_write_documents(campaign, status, campaign_details(campaign)))
            status = status == STATUS_FINDING ? status : STATUS_ERROR;
    }
    campaign_end(campaign);
    return status;
}
