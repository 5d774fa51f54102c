// SPDX-License-Identifier: MIT
// Results as SARIF 2.1.0: oracles are rules, findings are results, other trouble is a notification.
#define _GNU_SOURCE /* realpath, sigabbrev_np */
#include "results.h"

#include "json_members.h"
#include "uri.h"
#include "utf8.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA                                                                                     \
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

static void add_message(cJSON *to, const char *name, const char *text) {
    json_add_text(cJSON_AddObjectToObject(to, name), "text", text);
}

static cJSON *append(cJSON *array) {
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToArray(array, object);
    return object;
}

/* --- rules --- */

static void add_rule(cJSON *rules, const struct ac_oracle_info *oracle) {
    cJSON *rule = append(rules);
    json_add_text(rule, "id", oracle->id);
    add_message(rule, "shortDescription", oracle->sentence);
    add_message(rule, "help", oracle->rule);
    json_add_text(cJSON_AddObjectToObject(rule, "defaultConfiguration"), "level", "error");
}

static void add_tool(cJSON *run) {
    cJSON *driver = cJSON_AddObjectToObject(cJSON_AddObjectToObject(run, "tool"), "driver");
    json_add_text(driver, "name", "allocheck");
    json_add_text(driver, "version", ALLOCHECK_VERSION);
    cJSON *rules = cJSON_AddArrayToObject(driver, "rules");
    for (int i = 0; i < AC_ORACLES; i++)
        add_rule(rules, ac_oracle_info((enum ac_oracle)i));
}

/* --- locations --- */

static void add_region(cJSON *location, const struct result *result) {
    if (result->line == 0 && result->length == 0)
        return;
    cJSON *region = cJSON_AddObjectToObject(location, "region");
    if (result->line != 0) {
        json_add_number(region, "startLine", result->line);
    } else {
        json_add_number(region, "byteOffset", result->offset);
        json_add_number(region, "byteLength", result->length);
    }
}

/* The input, at the op that shows the finding. */
static void add_input(cJSON *location, const struct result *result) {
    cJSON *place = cJSON_AddObjectToObject(location, "physicalLocation");
    cJSON *file = cJSON_AddObjectToObject(place, "artifactLocation");
    if (strcmp(result->input, "-") == 0) {
        add_message(file, "description", "standard input");
    } else {
        char *uri = uri_of_path(result->input);
        json_add_text(file, "uri", uri);
        free(uri);
    }
    add_region(place, result);
}

/* Below the current directory, which viewers take for the root of the sources, a path is relative
 * to it. */
static void add_file(cJSON *place, const char *path) {
    char *real = realpath(path, NULL), *here = realpath(".", NULL);
    const char *shown = real != NULL ? real : path;
    const size_t length = here != NULL ? strlen(here) : 0;
    if (length > 1 && strncmp(shown, here, length) == 0 && shown[length] == '/')
        shown += length + 1;
    char *uri = uri_of_path(shown);
    json_add_text(cJSON_AddObjectToObject(place, "artifactLocation"), "uri", uri);
    free(uri);
    free(real);
    free(here);
}

static bool add_source(cJSON *location, const struct result *result) {
    const cJSON *source = cJSON_GetObjectItemCaseSensitive(result->finding, "source");
    const char *file = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(source, "file"));
    const cJSON *line = cJSON_GetObjectItemCaseSensitive(source, "line");
    if (file == NULL || line == NULL)
        return false;
    cJSON *place = cJSON_AddObjectToObject(location, "physicalLocation");
    add_file(place, file);
    cJSON_AddItemToObject(cJSON_AddObjectToObject(place, "region"), "startLine",
                          cJSON_Duplicate(line, false));
    return true;
}

/* The allocator's source line where it is known, and then the input as a related place. */
static void add_locations(cJSON *to, const struct result *result) {
    cJSON *location = append(cJSON_AddArrayToObject(to, "locations"));
    if (!add_source(location, result)) {
        add_input(location, result);
        return;
    }
    cJSON *related = append(cJSON_AddArrayToObject(to, "relatedLocations"));
    add_input(related, result);
    add_message(related, "message", "the program that shows it");
}

/* --- results --- */

static void add_fingerprint(cJSON *to, const struct result *result) {
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(result->finding, "name");
    const char *text = cJSON_GetStringValue(name);
    cJSON *fingerprints = cJSON_AddObjectToObject(to, "partialFingerprints");
    json_add_text(fingerprints, "allocheckFinding/v1",
                  text != NULL ? text : ac_oracle_info(result->oracle)->id);
}

/* The input itself declares the finding as known. */
static void add_suppression(cJSON *to, const struct result *result) {
    if (result->verdict == RESULT_EXPECTED) {
        cJSON *suppression = append(cJSON_AddArrayToObject(to, "suppressions"));
        json_add_text(suppression, "kind", "inSource");
        json_add_text(suppression, "justification", "the input expects this finding");
    }
}

static void add_result(cJSON *results, const struct result *result) {
    cJSON *to = append(results);
    json_add_text(to, "ruleId", ac_oracle_info(result->oracle)->id);
    json_add_number(to, "ruleIndex", result->oracle);
    json_add_text(to, "level", "error");
    add_message(to, "message", result->reported != NULL ? result->reported : "a finding");
    add_locations(to, result);
    add_fingerprint(to, result);
    add_suppression(to, result);
    cJSON *properties = cJSON_AddObjectToObject(to, "properties");
    json_add_text(properties, "reproduce", result->reproduce);
    if (result->finding != NULL)
        cJSON_AddItemReferenceToObject(properties, "finding", result->finding);
}

static bool is_result(const struct result *result) {
    return result->verdict == RESULT_FINDING || result->verdict == RESULT_MISSED ||
           result->verdict == RESULT_EXPECTED;
}

static bool is_notified(const struct result *result) {
    return !is_result(result) && result->verdict != RESULT_PASSED;
}

static void add_notification(cJSON *notifications, const struct result *result) {
    bool error = result->verdict == RESULT_TROUBLE || result->verdict == RESULT_STOPPED;
    cJSON *to = append(notifications);
    json_add_text(to, "level", error ? "error" : "note");
    add_message(to, "message",
                result->reported != NULL ? result->reported : result_verdict_name(result->verdict));
    add_input(append(cJSON_AddArrayToObject(to, "locations")), result);
}

/* --- the run --- */

static void add_arguments(cJSON *invocation, char **arguments) {
    cJSON *array = cJSON_AddArrayToObject(invocation, "arguments");
    for (; *arguments != NULL; arguments++) {
        char *clean = utf8_copy(*arguments);
        cJSON_AddItemToArray(array, cJSON_CreateString(clean != NULL ? clean : ""));
        free(clean);
    }
}

/* Successful: every input ran, with or without findings. */
static bool was_successful(const struct results *results) {
    return results->signal == 0 && !results->timed_out &&
           results_with(results, RESULT_TROUBLE) == 0;
}

static void add_end(cJSON *invocation, const struct results *results) {
    cJSON_AddBoolToObject(invocation, "executionSuccessful", was_successful(results));
    cJSON_AddNumberToObject(invocation, "exitCode", results->status);
    if (results->signal == 0)
        return;
    char text[32];
    const char *abbreviation = sigabbrev_np(results->signal);
    snprintf(text, sizeof text, "interrupted by SIG%s", abbreviation != NULL ? abbreviation : "?");
    json_add_text(invocation, "exitCodeDescription", text);
}

static void add_invocation(cJSON *run, const struct results *results) {
    cJSON *invocation = append(cJSON_AddArrayToObject(run, "invocations"));
    add_arguments(invocation, results->arguments);
    add_end(invocation, results);
    cJSON *notifications = cJSON_AddArrayToObject(invocation, "toolExecutionNotifications");
    for (size_t i = 0; i < results->count; i++)
        if (is_notified(&results->at[i]))
            add_notification(notifications, &results->at[i]);
}

static void add_run(cJSON *root, const struct results *results) {
    cJSON *run = append(cJSON_AddArrayToObject(root, "runs"));
    add_tool(run);
    add_invocation(run, results);
    json_add_text(run, "columnKind", "unicodeCodePoints");
    cJSON *array = cJSON_AddArrayToObject(run, "results");
    for (size_t i = 0; i < results->count; i++)
        if (is_result(&results->at[i]))
            add_result(array, &results->at[i]);
}

bool results_put_sarif(const struct results *results, FILE *to) {
    cJSON *root = cJSON_CreateObject();
    json_add_text(root, "$schema", SCHEMA);
    json_add_text(root, "version", "2.1.0");
    add_run(root, results);
    return json_put(root, to);
}
