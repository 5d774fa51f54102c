// SPDX-License-Identifier: MIT
// The results of a campaign for other tools: a case for what ran, and one for each finding.
#define _GNU_SOURCE /* asprintf */
#include "documents.h"

#include "progress.h"

#include "results/json_members.h"
#include "results/saved_finding.h"
#include "tool/input.h"
#include "tool/interrupt.h"
#include "tool/tool.h"

#include <stdlib.h>
#include <string.h>

enum { FINDING_TEXT = 1 << 13, OUTPUT = 1 << 14 };

/* --- a finding --- */

/* The whole of finding.json, so that documents and folder agree. */
static struct cJSON *read_description(const char *folder) {
    char error[SAVED_FINDING_ERROR];
    struct saved_finding saved;
    if (!saved_finding_read(&saved, folder, error))
        return NULL;
    struct cJSON *description = saved.finding;
    saved.finding = NULL;
    saved_finding_close(&saved);
    return description;
}

static struct cJSON *describe(const struct campaign *campaign, const struct shown_finding *shown,
                              const struct campaign_finding *finding, const struct result *result) {
    if (finding->folder != NULL)
        return read_description(finding->folder);
    const struct finding_facts facts = {.setup = &campaign->setup,
                                        .program = shown->program,
                                        .finding = shown->finding,
                                        .confirmed = finding->confirmed,
                                        .ops_before = shown->program->count,
                                        .how = shown->how,
                                        .reproduce = finding->command,
                                        .output = result->output};
    return finding_json(&facts);
}

static char *printed(const struct campaign *campaign, const struct shown_finding *shown) {
    char *text = malloc(FINDING_TEXT);
    if (text != NULL) {
        ac_print_finding(shown->finding, shown->program,
                         campaign->options.target_options.target.name, NULL, text, FINDING_TEXT);
    }
    return text;
}

/* Of the process that showed it; NULL: none. */
static char *output_of(const struct campaign *campaign, const struct campaign_finding *finding) {
    char *text = finding->confirmed ? malloc(OUTPUT) : NULL;
    if (text != NULL && ac_child_output(campaign->confirm_child, text, OUTPUT) == 0) {
        free(text);
        text = NULL;
    }
    return text;
}

/* The file of its program, else its name; one that was not reproduced has neither. */
static char *name_case(const struct campaign_finding *finding) {
    char *name = NULL;
    if (finding->folder == NULL)
        return strdup(finding->confirmed ? finding->name : ac_oracle_info(finding->oracle)->id);
    if (!finding->confirmed)
        return strdup(finding->folder);
    return asprintf(&name, "%s/shrunk.ops", finding->folder) >= 0 ? name : NULL;
}

static void locate(struct result *result, const struct shown_finding *shown) {
    struct input input;
    if (shown->finding->op < shown->program->count &&
        input_open(&input, result->input, &(struct input_options){.form = INPUT_TEXT})) {
        result->line = input_line_of_op(&input, shown->finding->op);
        input_close(&input);
    }
}

void campaign_keep(const struct campaign *campaign, const struct shown_finding *shown,
                   struct campaign_finding *finding) {
    struct result *result = &finding->result;
    if (!outputs_wanted(&campaign->options.outputs))
        return;
    result_destroy(result);
    *result = (struct result){.input = name_case(finding),
                              .verdict = RESULT_FINDING,
                              .calls = shown->calls,
                              .oracle = shown->finding->oracle,
                              .reported = printed(campaign, shown),
                              .output = output_of(campaign, finding)};
    result->reproduce = finding->command != NULL ? strdup(finding->command) : NULL;
    result->finding = describe(campaign, shown, finding, result);
    if (finding->folder != NULL && finding->confirmed && result->input != NULL)
        locate(result, shown);
}

/* --- what ran --- */

static enum result_verdict verdict_of(const struct campaign *campaign, int status) {
    if (interrupt_pending() || status == STATUS_TIMEOUT || status == STATUS_INTERRUPTED)
        return RESULT_STOPPED;
    const bool good = status == STATUS_CLEAN || status == STATUS_FINDING;
    return good && campaign->errors == 0 ? RESULT_PASSED : RESULT_TROUBLE;
}

static struct result whole(const struct campaign *campaign, int status) {
    const struct campaign_counts total = campaign_total(campaign);
    struct result result = {.input = strdup(campaign->engine->name),
                            .verdict = verdict_of(campaign, status),
                            .seconds = campaign_seconds(campaign),
                            .calls = total.sum.counts.calls};
    if (asprintf(&result.reported, "%llu %.*s, %zu finding%s; exit status %d",
                 (unsigned long long)total.programs, campaign_unit_length(campaign, total.programs),
                 campaign->unit, campaign->findings.count, plural(campaign->findings.count),
                 status) < 0)
        result.reported = NULL;
    return result;
}

struct cJSON *campaign_details(const struct campaign *campaign) {
    const struct campaign_counts total = campaign_total(campaign);
    cJSON *details = cJSON_CreateObject();
    json_add_text(details, "engine", campaign->engine->name);
    if (campaign->engine->seeded)
        json_add_number(details, "random_seed", campaign->options.seed);
    json_add_number(details, campaign->unit, total.programs);
    json_add_number(details, "ops", total.sum.counts.ops);
    json_add_number(details, "calls", total.sum.counts.calls);
    json_add_number(details, "behaviours", total.behaviours);
    json_add_number(details, "findings", campaign->findings.count);
    return details;
}

bool campaign_write_documents(struct campaign *campaign, int status, struct cJSON *details) {
    struct results results = {.setup = campaign->setup,
                              .arguments = campaign->options.arguments,
                              .details = details,
                              .status = status,
                              .signal = interrupt_signal(),
                              .timed_out = status == STATUS_TIMEOUT};
    struct result ran = whole(campaign, status);
    results_add(&results, &ran);
    for (struct campaign_finding *next = campaign->findings.first; next != NULL;
         next = next->next) {
        results_add(&results, &next->result);
        next->result = (struct result){.input = NULL};
    }
    const bool written = outputs_write(&campaign->options.outputs, &results);
    results_destroy(&results);
    cJSON_Delete(details);
    return written;
}
