// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream, F_DUPFD_CLOEXEC */
#include "session.h"

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
static bool reserve_standard_output(struct session *session) {
    fflush(stdout);
    int file = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    session->document = file >= 0 ? fdopen(file, "w") : NULL;
    if (session->document == NULL || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
        tool_cannot_write(NULL);
        return false;
    }
    return true;
}

bool session_open_outputs(struct session *session) {
    bool good = true;
    for (int i = 0; i < SESSION_OUTPUTS; i++) {
        const char *name = session->outputs[i];
        if (name != NULL) {
            good =
                (is_standard_output(name) ? reserve_standard_output(session) : output_try(name)) &&
                good;
        }
    }
    if (good && session_keeps_results(session)) {
        session->results.setup =
            (struct setup){.target = &session->target_options.target,
                           .oracles = session->target_options.oracles,
                           .memory = session->target_options.memory,
                           .call_seconds = session->call_time,
                           .inline_only = session->inline_only,
                           .profile_file = session->target_options.profile_file};
        session->results.arguments = session->arguments;
        setup_open(&session->results.setup);
    }
    return good;
}

static bool put(const struct results *results, enum session_output output, FILE *to) {
    switch (output) {
    case SESSION_JUNIT:
        results_put_junit(results, to);
        return true;
    case SESSION_SARIF:
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

static bool write_output(struct session *session, enum session_output output) {
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    bool whole = to != NULL && put(&session->results, output, to);
    whole = to != NULL && fclose(to) == 0 && whole && !session->results.out_of_memory;
    const char *name = session->outputs[output];
    bool written =
        whole && (is_standard_output(name) ? write_document(session->document, text, length)
                                           : output_write(name, text, length));
    if (!whole)
        tool_out_of_memory();
    free(text);
    return written;
}

bool session_write_outputs(struct session *session) {
    bool good = true;
    for (int i = 0; i < SESSION_OUTPUTS; i++)
        if (session->outputs[i] != NULL)
            good = write_output(session, (enum session_output)i) && good;
    if (session->document != NULL)
        fclose(session->document);
    results_destroy(&session->results);
    setup_close(&session->results.setup);
    return good;
}
