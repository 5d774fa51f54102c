// SPDX-License-Identifier: MIT
// The counts of a sweep as JSON.
#include "sweep.h"

#include "campaign/progress.h"
#include "results/json_members.h"

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

struct cJSON *sweep_details(const struct sweep *sweep) {
    const struct campaign_counts counts = campaign_total(sweep->campaign);
    const struct sweep_tally total = sweep_total(sweep);
    cJSON *details = cJSON_CreateObject();
    json_add_text(details, "engine", "sweep");
    json_add_number(details, "programs", sweep_programs(sweep));
    json_add_number(details, "page_requests", sweep->requests);
    json_add_number(details, "runs", counts.programs);
    json_add_number(details, "runs_with_refusal", total.refused);
    json_add_number(details, "runs_without_refusal", total.unreached);
    json_add_number(details, "page_requests_refused", counts.sum.counts.refused);
    json_add_number(details, "calls", counts.sum.counts.calls);
    json_add_number(details, "findings", sweep->campaign->findings.count);
    add_skipped(details, sweep, &total);
    return details;
}
