// SPDX-License-Identifier: MIT
// A campaign: one front end for every engine.
#include "fuzz_campaign.h"

#include "tool/tool.h"

#include <stdio.h>
#include <stdlib.h>

/* The engine asked for, or the first one that can run. NULL: a message has been printed. */
static const struct fuzz_engine *choose_engine(const struct campaign *campaign) {
    size_t count;
    const struct fuzz_engine *asked = campaign->options.engine;
    const struct fuzz_engine *const *engines = fuzz_engines(&count);
    if (asked != NULL) {
        const char *why = asked->missing(campaign);
        if (why != NULL) {
            tool_error("the engine %s cannot run here: %s", asked->name, why);
        }
        return why == NULL ? asked : NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (engines[i]->automatic && engines[i]->missing(campaign) == NULL) {
            return engines[i];
        }
    }
    tool_error("no engine can run here");
    return NULL;
}

static void run_campaign(struct campaign *campaign) {
    campaign_print_start(campaign);
    campaign_learn_scope(campaign);
    campaign_run_seeds(campaign);
    if (!campaign_over(campaign) && !campaign->engine->run(campaign)) {
        campaign->troubles++;
        campaign->stopped = true;
    }
    campaign_print_summary(campaign);
}

static int exit_status(const struct campaign *campaign) {
    if (campaign->finding_count > 0) {
        return STATUS_FINDING;
    }
    if (campaign->troubles + campaign->seeds.troubles > 0) {
        return STATUS_ERROR;
    }
    if (campaign_all_counts(campaign).sum.counts.calls == 0) {
        return tool_error("nothing was run: no program made a single call");
    }
    return STATUS_CLEAN;
}

int campaign_main(const struct fuzz_options *options) {
    struct campaign *campaign = calloc(1, sizeof *campaign);
    int status = STATUS_ERROR;
    if (campaign == NULL) {
        return tool_out_of_memory();
    }
    campaign->options = *options;
    campaign->engine = choose_engine(campaign);
    if (campaign->engine != NULL && campaign_begin(campaign)) {
        run_campaign(campaign);
        status = exit_status(campaign);
    }
    campaign_end(campaign);
    return status;
}
