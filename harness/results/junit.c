// SPDX-License-Identifier: MIT
// Results as JUnit XML.
#include "results.h"

#include "utf8.h"

#include <stdlib.h>
#include <string.h>

static const char *entity(char character) {
    switch (character) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return NULL;
    }
}

/* Escapes text for elements, and for attributes if it is one line. */
static void put_text(FILE *to, const char *text) {
    char *clean = utf8_copy(text);
    for (const char *next = clean; next != NULL && *next != '\0'; next++) {
        const char *written = entity(*next);
        if (written != NULL)
            fputs(written, to);
        else
            fputc(*next, to);
    }
    free(clean);
}

static void put_attribute(FILE *to, const char *name, const char *value) {
    fprintf(to, " %s=\"", name);
    put_text(to, value);
    fputc('"', to);
}

static void put_element(FILE *to, const char *name, const char *text) {
    if (text != NULL && text[0] != '\0') {
        fprintf(to, "      <%s>", name);
        put_text(to, text);
        fprintf(to, "</%s>\n", name);
    }
}

/* --- verdicts --- */

/* The element of a case that did not pass; NULL: it passed. */
static const char *element_of(enum result_verdict verdict) {
    static const char *const elements[RESULT_VERDICTS] = {
        [RESULT_FINDING] = "failure", [RESULT_MISSED] = "failure", [RESULT_IDLE] = "skipped",
        [RESULT_TROUBLE] = "error",   [RESULT_STOPPED] = "error",  [RESULT_NOT_RUN] = "skipped"};
    return elements[verdict];
}

static size_t elements(const struct results *results, const char *element) {
    size_t count = 0;
    for (size_t i = 0; i < results->count; i++) {
        const char *own = element_of(results->at[i].verdict);
        count += own != NULL && strcmp(own, element) == 0;
    }
    return count;
}

static const char *type_of(const struct result *result) {
    bool of_oracle = result->verdict == RESULT_FINDING || result->verdict == RESULT_MISSED;
    return of_oracle ? ac_oracle_info(result->oracle)->id : result_verdict_name(result->verdict);
}

/* --- the document --- */

static void put_verdict(FILE *to, const struct result *result) {
    const char *element = element_of(result->verdict);
    char *headline = result_headline(result);
    if (element != NULL) {
        fprintf(to, "      <%s", element);
        put_attribute(to, "message", headline != NULL ? headline : type_of(result));
        if (strcmp(element, "skipped") != 0)
            put_attribute(to, "type", type_of(result));
        fputc('>', to);
        put_text(to, result->reported != NULL ? result->reported : "");
        fprintf(to, "</%s>\n", element);
    }
    free(headline);
}

static void put_summary(FILE *to, const struct result *result) {
    fprintf(to, "      <system-out>%s, %llu calls\n", result_verdict_name(result->verdict),
            (unsigned long long)result->calls);
    put_text(to, result->reproduce != NULL ? result->reproduce : "");
    fputs("</system-out>\n", to);
}

/* Calls and the command go to system-out, the output of the process to system-err. */
static void put_case(FILE *to, const struct results *results, const struct result *result) {
    fputs("    <testcase", to);
    put_attribute(to, "classname", results->setup.target->name);
    put_attribute(to, "name", result->input);
    fprintf(to, " time=\"%.3f\">\n", result->seconds);
    put_verdict(to, result);
    put_summary(to, result);
    put_element(to, "system-err", result->output);
    fputs("    </testcase>\n", to);
}

static void put_counts(FILE *to, const struct results *results) {
    fprintf(to, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.3f\"",
            results->count, elements(results, "failure"), elements(results, "error"),
            elements(results, "skipped"), results_seconds(results));
}

void results_put_junit(const struct results *results, FILE *to) {
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", to);
    put_counts(to, results);
    fputs(">\n  <testsuite", to);
    put_attribute(to, "name", "allocheck");
    put_counts(to, results);
    fputs(">\n", to);
    for (size_t i = 0; i < results->count; i++)
        put_case(to, results, &results->at[i]);
    fputs("  </testsuite>\n</testsuites>\n", to);
}
