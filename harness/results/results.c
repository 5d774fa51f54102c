// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* asprintf, strndup */
#include "results.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

const char *result_verdict_name(enum result_verdict verdict) {
    static const char *const names[RESULT_VERDICTS] = {
        [RESULT_PASSED] = "passed",   [RESULT_EXPECTED] = "expected", [RESULT_FINDING] = "finding",
        [RESULT_MISSED] = "missed",   [RESULT_IDLE] = "idle",         [RESULT_TROUBLE] = "trouble",
        [RESULT_STOPPED] = "stopped", [RESULT_NOT_RUN] = "not-run"};
    return names[verdict];
}

void result_destroy(struct result *result) {
    free(result->input);
    free(result->reported);
    free(result->output);
    free(result->reproduce);
    cJSON_Delete(result->finding);
}

static bool reserve(struct results *results) {
    if (results->count < results->capacity)
        return true;
    size_t capacity = results->capacity * 2 + 16;
    struct result *grown = realloc(results->at, capacity * sizeof *grown);
    if (grown == NULL)
        return false;
    results->at = grown;
    results->capacity = capacity;
    return true;
}

void results_add(struct results *results, struct result *result) {
    if (result->input == NULL || !reserve(results)) {
        results->out_of_memory = true;
        result_destroy(result);
        return;
    }
    results->at[results->count++] = *result;
}

void results_destroy(struct results *results) {
    for (size_t i = 0; i < results->count; i++)
        result_destroy(&results->at[i]);
    free(results->at);
    results->at = NULL;
    results->count = results->capacity = 0;
}

size_t results_with(const struct results *results, enum result_verdict verdict) {
    size_t count = 0;
    for (size_t i = 0; i < results->count; i++)
        count += results->at[i].verdict == verdict;
    return count;
}

double results_seconds(const struct results *results) {
    double seconds = 0;
    for (size_t i = 0; i < results->count; i++)
        seconds += results->at[i].seconds;
    return seconds;
}

char *result_headline(const struct result *result) {
    const char *reported = result->reported;
    return reported == NULL || reported[0] == '\0' ? strdup(result_verdict_name(result->verdict))
                                                   : strndup(reported, strcspn(reported, "\n"));
}
