// SPDX-License-Identifier: MIT
// What came of a sweep, for programs.
#define _GNU_SOURCE /* open_memstream */
#include "sweep.h"

#include "results/clean_text.h"
#include "tool/tool.h"
#include "results/origin.h"
#include "tool/output.h"

#include <stdlib.h>

enum { FORMAT = 1 }; /* grows when a member changes its meaning */

static void add_left_out(cJSON *to, const struct sweep *sweep, const struct sweep_tally *tally) {
    cJSON *left = cJSON_AddObjectToObject(to, "left_out");
    json_add_number(left, "programs_wrong_as_they_are", sweep->wrong);
    json_add_number(left, "programs_as_they_expect", sweep->satisfied);
    json_add_number(left, "programs_not_run_to_their_end", sweep->troubled);
    json_add_number(left, "programs_late", sweep_late_programs(sweep));
    json_add_number(left, "runs_late", sweep_late_runs(sweep));
    json_add_number(left, "runs_that_would_end_the_process", sweep->left_out + tally->ended);
    json_add_number(left, "runs_of_programs_with_enough_findings", tally->left_out);
}

static void add_summary(cJSON *to, const struct sweep *sweep) {
    const struct campaign_counts all = campaign_all_counts(sweep->campaign);
    const struct sweep_tally tally = sweep_tallied(sweep);
    cJSON *summary = cJSON_AddObjectToObject(to, "summary");
    json_add_number(summary, "programs", sweep_programs(sweep));
    json_add_number(summary, "page_requests", sweep->requests);
    json_add_number(summary, "runs", all.programs);
    json_add_number(summary, "runs_that_met_their_refusal", tally.hit);
    json_add_number(summary, "runs_that_did_not", tally.unreached);
    json_add_number(summary, "refused", all.sum.counts.refused);
    json_add_number(summary, "calls", all.sum.counts.calls);
    json_add_number(summary, "findings", sweep->campaign->finding_count);
    add_left_out(summary, sweep, &tally);
}

static void add_finding(cJSON *to, const struct campaign_finding *finding) {
    const bool at_end = finding->op_kind >= AC_OP_KINDS;
    cJSON *object = cJSON_CreateObject();
    json_add_text(object, "oracle", ac_oracle_info(finding->oracle)->id);
    json_add_text(object, "op",
                  at_end ? "end" : ac_op_info((enum ac_op_kind)finding->op_kind)->name);
    cJSON_AddBoolToObject(object, "confirmed", finding->confirmed);
    json_add_number(object, "more_of_this_pair", finding->again);
    json_add_text(object, "folder", finding->folder);
    json_add_text(object, "reproduce", finding->command);
    cJSON_AddItemToArray(to, object);
}

static cJSON *describe(const struct sweep *sweep, int status) {
    const struct campaign *campaign = sweep->campaign;
    cJSON *object = cJSON_CreateObject();
    json_add_number(object, "sweep", FORMAT);
    json_add_number(object, "status", (uint64_t)status);
    origin_add_allocator(object, &campaign->setting);
    origin_add_options(object, &campaign->setting);
    origin_add_versions(object);
    add_summary(object, sweep);
    cJSON *findings = cJSON_AddArrayToObject(object, "findings");
    for (const struct campaign_finding *next = campaign->findings; next != NULL;
         next = next->next) {
        add_finding(findings, next);
    }
    return object;
}

bool sweep_write_json(const struct sweep *sweep, int status) {
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    bool whole = to != NULL && json_put(describe(sweep, status), to);
    whole = to != NULL && fclose(to) == 0 && whole;
    const bool written = whole && output_write(sweep->json, text, length);
    if (!whole) {
        tool_error("%s: not written: out of memory", sweep->json);
    }
    free(text);
    return written;
}
