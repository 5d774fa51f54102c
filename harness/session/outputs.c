// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream, F_DUPFD_CLOEXEC */
#include "outputs.h"

#include "tool/tool.h"
#include "tool/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_standard_output(const char *name) {
    return strcmp(name, "-") == 0;
}

/* Reserves standard output for a document: prints go to standard error from now on. */
static bool reserve_standard_output(struct outputs *outputs) {
    fflush(stdout);
    int file = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    outputs->document = file >= 0 ? fdopen(file, "w") : NULL;
    if (outputs->document == NULL || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
        tool_cannot_write(NULL);
        return false;
    }
    return true;
}

bool outputs_open(struct outputs *outputs) {
    bool good = true;
    for (int i = 0; i < OUTPUT_FORMS; i++) {
        const char *name = outputs->names[i];
        if (name != NULL) {
            good =
                (is_standard_output(name) ? reserve_standard_output(outputs) : output_try(name)) &&
                good;
        }
    }
    return good;
}

static bool put(const struct results *results, enum output_form form, FILE *to) {
    switch (form) {
    case OUTPUT_JUNIT:
        results_put_junit(results, to);
        return true;
    case OUTPUT_SARIF:
        return results_put_sarif(results, to);
    default:
        return results_put_json(results, to);
    }
}

static bool write_document(FILE *to, const char *text, size_t length) {
    if (fwrite(text, 1, length, to) == length && fflush(to) == 0)
        return true;
    tool_cannot_write(NULL);
    return false;
}

static bool write_output(struct outputs *outputs, enum output_form form,
                         const struct results *results) {
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    bool whole = to != NULL && put(results, form, to);
    whole = to != NULL && fclose(to) == 0 && whole && !results->out_of_memory;
    const char *name = outputs->names[form];
    bool written =
        whole && (is_standard_output(name) ? write_document(outputs->document, text, length)
                                           : output_write(name, text, length));
    if (!whole)
        tool_out_of_memory();
    free(text);
    return written;
}

bool outputs_write(struct outputs *outputs, const struct results *results) {
    bool good = true;
    for (int i = 0; i < OUTPUT_FORMS; i++)
        if (outputs->names[i] != NULL)
            good = write_output(outputs, (enum output_form)i, results) && good;
    if (outputs->document != NULL)
        fclose(outputs->document);
    outputs->document = NULL;
    return good;
}
