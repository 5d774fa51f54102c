// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "record.h"

#include "tool/output.h"
#include "tool/program_text.h"
#include "tool/tool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

/* Prints a word in a comment, which no control character may end. */
static void put_word(FILE *to, const char *word) {
    fputc(' ', to);
    for (; *word != '\0'; word++)
        fputc((unsigned char)*word < ' ' || *word == 0x7f ? '?' : *word, to);
}

static void put_shared(FILE *to, const struct record *record,
                       const struct record_summary *summary) {
    fprintf(to, "%zu of the threads share%s a number with another: at most %u numbers\n",
            summary->shared, summary->shared == 1 ? "s" : "", record->threads);
}

static void put_comments(FILE *to, const struct record *record,
                         const struct record_summary *summary) {
    fputs("# Recorded:", to);
    for (char **word = record->command; *word != NULL; word++)
        put_word(to, *word);
    fprintf(to, "\n# %s%zu calls of %zu thread%s, %zu blocks, at most %" PRIu64 " bytes live.\n",
            summary->truncated ? "The first " : "", summary->calls, summary->threads,
            summary->threads == 1 ? "" : "s", summary->blocks, summary->live_peak);
    if (summary->shared > 0) {
        fputs("# ", to);
        put_shared(to, record, summary);
    }
    fputs("# expect: clean\n", to);
}

static int write_program(const struct record *record, const struct ac_program *program,
                         const struct record_summary *summary) {
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    bool whole = to != NULL;
    if (whole) {
        put_comments(to, record, summary);
        whole = program_put(to, program);
        whole = fclose(to) == 0 && whole;
    }
    int status = STATUS_ERROR;
    if (!whole)
        tool_out_of_memory();
    else if (output_write(record->to, text, length))
        status = STATUS_CLEAN;
    free(text);
    return status;
}

/* Standard output belongs to the command. */
static void report(const struct record *record, const struct record_summary *summary,
                   int wait_status) {
    fprintf(stderr, "%s: %zu calls of %zu thread%s, %zu blocks, at most %" PRIu64 " bytes live\n",
            record->to, summary->calls, summary->threads, summary->threads == 1 ? "" : "s",
            summary->blocks, summary->live_peak);
    if (summary->shared > 0)
        put_shared(stderr, record, summary);
    if (summary->unseen > 0) {
        fprintf(stderr, "omitted: %zu calls on blocks allocated before the recording\n",
                summary->unseen);
    }
    if (summary->truncated)
        fprintf(stderr, "truncated: the command made more than %zu calls\n", record->calls);
    if (WIFSIGNALED(wait_status))
        fprintf(stderr, "the command was killed by signal %d\n", WTERMSIG(wait_status));
    else if (WEXITSTATUS(wait_status) != 0)
        fprintf(stderr, "the command exited with status %d\n", WEXITSTATUS(wait_status));
}

static int convert(const struct record *record, const struct record_log *log, int wait_status) {
    struct ac_program program;
    struct record_summary summary;
    int status = STATUS_ERROR;
    ac_program_init(&program);
    if (!record_program(log, record, &program, &summary)) {
        tool_out_of_memory();
    } else if (summary.calls == 0) {
        tool_error("%s: no call recorded; only dynamically linked programs can be recorded",
                   record->command[0]);
    } else {
        status = write_program(record, &program, &summary);
    }
    if (status == STATUS_CLEAN)
        report(record, &summary, wait_status);
    ac_program_destroy(&program);
    return status;
}

int record_command(const struct record *record) {
    int wait_status = 0;
    struct record_log *log =
        output_try(record->to) ? record_run(record->command, &wait_status) : NULL;
    if (log == NULL)
        return STATUS_ERROR;
    int status = convert(record, log, wait_status);
    record_log_delete(log);
    return status;
}
