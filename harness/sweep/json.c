// SPDX-License-Identifier: MIT
// The results of a sweep as JSON.
#include "sweep.h"

#include "campaign/progress.h"
#include "results/json_members.h"
#include "results/provenance.h"
#include "tool/output.h"
#include "tool/tool.h"

#include <stdlib.h>
#include <string.h>

enum { FORMAT = 1 }; /* grows when a member changes its meaning */

static void add_skipped(cJSON *to, const struct sweep *sweep, const struct sweep_tally *total) {
    cJSON *skipped = cJSON_AddObjectToObject(to, "skipped");
    json_add_number(skipped, "programs_failing_without_refusal", sweep->failing);
    json_add_number(skipped, "programs_with_expected_finding", sweep->expected);
    json_add_number(skipped, "programs_incomplete", sweep->incomplete);
    json_add_number(skipped, "programs_timed_out", sweep_late_programs(sweep));
    json_add_number(skipped, "runs_timed_out", sweep_late_runs(sweep));
    json_add_number(skipped, "runs_ending_the_process", total->ending);
    json_add_number(skipped, "runs_of_programs_with_enough_findings", total->enough);
}

static void add_summary(cJSON *to, const struct sweep *sweep) {
    const struct campaign_counts counts = campaign_total(sweep->campaign);
    const struct sweep_tally total = sweep_total(sweep);
    cJSON *summary = cJSON_AddObjectToObject(to, "summary");
    json_add_number(summary, "programs", sweep_programs(sweep));
    json_add_number(summary, "page_requests", sweep->requests);
    json_add_number(summary, "runs", counts.programs);
    json_add_number(summary, "runs_with_refusal", total.refused);
    json_add_number(summary, "runs_without_refusal", total.unreached);
    json_add_number(summary, "page_requests_refused", counts.sum.counts.refused);
    json_add_number(summary, "calls", counts.sum.counts.calls);
    json_add_number(summary, "findings", sweep->campaign->findings.count);
    add_skipped(summary, sweep, &total);
}

static void add_finding(cJSON *to, const struct campaign_finding *finding) {
    cJSON *object = cJSON_CreateObject();
    json_add_text(object, "oracle", ac_oracle_info(finding->oracle)->id);
    json_add_text(object, "op", ac_place_name(finding->place));
    cJSON_AddBoolToObject(object, "confirmed", finding->confirmed);
    json_add_number(object, "repeats", finding->repeats);
    json_add_text(object, "folder", finding->folder);
    json_add_text(object, "reproduce", finding->command);
    cJSON_AddItemToArray(to, object);
}

static cJSON *describe(const struct sweep *sweep, int status) {
    const struct campaign *campaign = sweep->campaign;
    cJSON *object = cJSON_CreateObject();
    json_add_number(object, "sweep", FORMAT);
    json_add_number(object, "status", (uint64_t)status);
    provenance_add_allocator(object, &campaign->setup);
    provenance_add_options(object, &campaign->setup);
    provenance_add_versions(object);
    add_summary(object, sweep);
    cJSON *findings = cJSON_AddArrayToObject(object, "findings");
    for (const struct campaign_finding *next = campaign->findings.first; next != NULL;
         next = next->next)
        add_finding(findings, next);
    return object;
}

bool sweep_write_json(const struct sweep *sweep, int status) {
    char *text = json_text(describe(sweep, status));
    if (text == NULL) {
        tool_out_of_memory();
        return false;
    }
    const bool written = output_write(sweep->json, text, strlen(text));
    free(text);
    return written;
}
