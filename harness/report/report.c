// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* asprintf, open_memstream */
#include "report.h"

#include "data.h"
#include "page.h"

#include <stdlib.h>

/* The explanation, for readers without scripts; the caller frees it. */
static char *plain_text(const struct report *report) {
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    if (to == NULL)
        return NULL;
    if (report->outcome->found) {
        const struct evidence evidence = evidence_of(report);
        explain_print(&evidence, to);
    } else {
        fprintf(to, "clean: %s on %s", report->input, report->allocator);
    }
    fclose(to);
    return text;
}

static char *title_of(const struct report *report) {
    const struct ac_report *outcome = report->outcome;
    char *title;
    const char *verdict = outcome->found ? ac_oracle_info(outcome->finding.oracle)->id : "clean";
    return asprintf(&title, "%s on %s: %s", verdict, report->allocator, report->input) < 0 ? NULL
                                                                                           : title;
}

bool report_write(const struct report *report, FILE *to) {
    char *title = title_of(report), *plain = plain_text(report);
    cJSON *data = data_of_run(report);
    const bool written =
        title != NULL && plain != NULL && data != NULL && page_write(title, plain, data, to);
    cJSON_Delete(data);
    free(plain);
    free(title);
    return written;
}

/* A page with one member in its data. */
static bool write_with(const char *kind, const char *member, const cJSON *value, const char *name,
                       FILE *to) {
    cJSON *data = data_new(kind);
    bool written = cJSON_AddStringToObject(data, "name", name) != NULL &&
                   cJSON_AddItemReferenceToObject(data, member, (cJSON *)value);
    written = written && page_write(name, name, data, to);
    cJSON_Delete(data);
    return written;
}

bool report_write_scorecard(const cJSON *card, FILE *to) {
    return write_with("scorecard", "card", card, "Scorecard of allocators", to);
}

bool report_write_findings(const cJSON *findings, const char *name, FILE *to) {
    return write_with("findings", "findings", findings, name, to);
}
