// SPDX-License-Identifier: MIT
// Results as JSON, with full details.
#include "results.h"

#include "json_members.h"
#include "provenance.h"

static void add_location(cJSON *to, const struct result *result) {
    if (result->line != 0) {
        json_add_number(to, "line", result->line);
    } else if (result->length != 0) {
        json_add_number(to, "offset", result->offset);
        json_add_number(to, "length", result->length);
    }
}

static void add_input(cJSON *inputs, const struct result *result) {
    cJSON *to = cJSON_CreateObject();
    cJSON_AddItemToArray(inputs, to);
    json_add_text(to, "input", result->input);
    json_add_text(to, "verdict", result_verdict_name(result->verdict));
    cJSON_AddNumberToObject(to, "seconds", result->seconds);
    json_add_number(to, "calls", result->calls);
    add_location(to, result);
    json_add_text(to, "reported", result->reported);
    json_add_text(to, "output", result->output);
    json_add_text(to, "reproduce", result->reproduce);
    if (result->finding != NULL)
        cJSON_AddItemReferenceToObject(to, "finding", result->finding);
}

static void add_summary(cJSON *to, const struct results *results) {
    cJSON *summary = cJSON_AddObjectToObject(to, "summary");
    json_add_number(summary, "inputs", results->count);
    for (int i = 0; i < RESULT_VERDICTS; i++) {
        const enum result_verdict verdict = (enum result_verdict)i;
        json_add_number(summary, result_verdict_name(verdict), results_with(results, verdict));
    }
    cJSON_AddNumberToObject(summary, "seconds", results_seconds(results));
    cJSON_AddNumberToObject(summary, "exit_status", results->status);
    if (results->signal != 0)
        cJSON_AddNumberToObject(summary, "signal", results->signal);
}

bool results_put_json(const struct results *results, FILE *to) {
    cJSON *root = cJSON_CreateObject();
    cJSON_AddNumberToObject(root, "results", FINDING_FORMAT);
    provenance_add_allocator(root, &results->setup);
    provenance_add_options(root, &results->setup);
    provenance_add_versions(root);
    add_summary(root, results);
    if (results->details != NULL)
        cJSON_AddItemReferenceToObject(root, "campaign", (cJSON *)(uintptr_t)results->details);
    cJSON *inputs = cJSON_AddArrayToObject(root, "inputs");
    for (size_t i = 0; i < results->count; i++)
        add_input(inputs, &results->at[i]);
    return json_put(root, to);
}
