// SPDX-License-Identifier: MIT
#include "scorecard.h"

#include <cjson/cJSON.h>
#include <stdio.h>

enum { NAME = 64 };

static void add_oracles(cJSON *to, const struct scorecard *card, const struct score *score) {
    cJSON *oracles = cJSON_AddObjectToObject(to, "oracles");
    for (int i = 0; i < AC_ORACLES; i++) {
        const struct score_oracle *oracle = &score->oracles[i];
        cJSON *cell = cJSON_AddObjectToObject(oracles, ac_oracle_info((enum ac_oracle)i)->id);
        cJSON_AddStringToObject(cell, "state",
                                score_state_name(score_state(card, score, (enum ac_oracle)i)));
        cJSON_AddNumberToObject(cell, "checked", (double)oracle->checked);
        cJSON_AddNumberToObject(cell, "findings", (double)oracle->findings);
    }
}

static void add_finding(cJSON *to, const struct score_oracle *oracle) {
    cJSON *finding = cJSON_CreateObject();
    cJSON_AddItemToArray(to, finding);
    cJSON_AddStringToObject(finding, "oracle", ac_oracle_info(oracle->first.oracle)->id);
    cJSON_AddStringToObject(finding, "program", oracle->program);
    cJSON_AddNumberToObject(finding, "op", oracle->first.op);
    cJSON_AddStringToObject(finding, "expected", oracle->first.expected);
    cJSON_AddStringToObject(finding, "actual", oracle->first.actual);
    cJSON_AddStringToObject(finding, "reproduce", oracle->command);
}

static void add_findings(cJSON *to, const struct score *score) {
    cJSON *findings = cJSON_AddArrayToObject(to, "findings");
    for (int i = 0; i < AC_ORACLES; i++)
        if (score->oracles[i].findings > 0)
            add_finding(findings, &score->oracles[i]);
}

static void add_misuses(cJSON *to, const struct score *score) {
    if (!score->measured)
        return;
    cJSON *misuses = cJSON_AddObjectToObject(to, "misuse");
    for (int i = 0; i < AC_MISUSE_COUNT; i++) {
        const struct ac_measured_misuse *misuse = &score->measurement.misuse[i];
        cJSON *cell = cJSON_AddObjectToObject(misuses, ac_misuse_name((enum ac_misuse)i));
        cJSON_AddNumberToObject(cell, "tried", misuse->tried);
        cJSON_AddNumberToObject(cell, "caught", misuse->caught);
        cJSON_AddNumberToObject(cell, "crashed", misuse->silent);
        cJSON_AddStringToObject(cell, "text", misuse->text);
    }
}

static void add_memory(cJSON *to, const struct score_cost *cost) {
    cJSON *memory = cJSON_AddObjectToObject(to, "memory");
    cJSON_AddStringToObject(memory, "state", score_measured_name(cost->of_memory));
    if (cost->of_memory != MEASURED)
        return;
    cJSON_AddNumberToObject(memory, "live_peak", (double)cost->memory.live_peak);
    cJSON_AddNumberToObject(memory, "held_peak", (double)cost->memory.held_peak);
    cJSON_AddStringToObject(memory, "held_is",
                            cost->memory.resident ? "resident anonymous" : "of the page source");
    cJSON_AddNumberToObject(memory, "ratio", score_memory_ratio(cost));
}

static void add_time(cJSON *to, const struct score_cost *cost) {
    cJSON *time = cJSON_AddObjectToObject(to, "time");
    cJSON_AddStringToObject(time, "state", score_measured_name(cost->of_time));
    if (cost->of_time != MEASURED)
        return;
    cJSON_AddNumberToObject(time, "ns_per_call", cost->ns);
    cJSON_AddNumberToObject(time, "ratio", cost->ratio);
}

static void add_traces(cJSON *to, const struct scorecard *card, const struct score *score) {
    char name[NAME];
    cJSON *traces = cJSON_AddObjectToObject(to, "traces");
    for (size_t i = 0; i < card->traces.count; i++) {
        const char *path = card->traces.names[i];
        cJSON *trace = cJSON_AddObjectToObject(traces, score_trace_name(path, name, sizeof name));
        add_memory(trace, &score->costs[i]);
        add_time(trace, &score->costs[i]);
    }
}

static void add_score(cJSON *to, const struct scorecard *card, const struct score *score) {
    cJSON *allocator = cJSON_CreateObject();
    cJSON_AddItemToArray(to, allocator);
    cJSON_AddStringToObject(allocator, "name", score->target.name);
    cJSON_AddStringToObject(allocator, "argument", ac_target_argument(&score->target));
    cJSON_AddNumberToObject(allocator, "programs", (double)score->ran);
    add_oracles(allocator, card, score);
    add_findings(allocator, score);
    add_misuses(allocator, score);
    add_traces(allocator, card, score);
}

cJSON *scorecard_json(const struct scorecard *card) {
    cJSON *root = cJSON_CreateObject();
    cJSON_AddNumberToObject(root, "programs", (double)card->programs.count);
    if (card->reference.child != NULL)
        cJSON_AddStringToObject(root, "compared_with", card->reference.target.name);
    cJSON *allocators = cJSON_AddArrayToObject(root, "allocators");
    for (size_t i = 0; i < card->targets.count; i++)
        add_score(allocators, card, &card->scores[i]);
    return root;
}

bool scorecard_print_json(const struct scorecard *card) {
    cJSON *root = scorecard_json(card);
    char *text = cJSON_Print(root);
    if (text != NULL)
        puts(text);
    cJSON_free(text);
    cJSON_Delete(root);
    return text != NULL;
}
