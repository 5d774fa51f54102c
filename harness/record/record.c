// SPDX-License-Identifier: MIT
// `allocheck record`: the allocation calls of a command, as a program.
#define _GNU_SOURCE /* open_memstream */
#include "record.h"

#include "allocheck/codec.h"
#include "tool/tool.h"
#include "tool/usage.h"
#include "tool/output.h"

#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KEY_THREADS = 256 };

static const struct argp_option options[] = {
    {"output", 'o', "FILE", 0, "Write the program to FILE, whole or not at all", 0},
    {"calls", 'n', "N", 0, "Keep the first N calls (1 to 200000, which is the default)", 0},
    {"threads", KEY_THREADS, "N", 0,
     "Spread the calls over N threads, as the command does (1 to 8, which is the default; 1: all "
     "on the main thread, in the order in which they happened)",
     0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Runs a command and writes its allocation calls as a program.\v"
    "All threads of the process that COMMAND starts are recorded, in order: `on 2:' stands before "
    "a call of another thread than the first, `exit 2' where that has ended, which leaves its "
    "number to a later one; where more live at once than there are numbers, some share one, which "
    "is said. Child processes are not recorded: name the program that does the work (gcc starts "
    "cc1). When the process becomes "
    "another program by exec, the last one counts. What is linked statically cannot be recorded. "
    "Calls about blocks that were allocated before the recording began are left out and counted.\n"
    "\n"
    "Exit status: 0 the recording is written, whatever the command's own status was, which is "
    "printed; 2 usage, FILE cannot be written, COMMAND cannot be started, or nothing recorded.";

struct record {
    const char *to;
    char **command;
    struct record_options options;
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct record *record = state->input;
    switch (key) {
    case 'o':
        record->to = argument;
        return 0;
    case 'n':
        record->options.calls = option_number(state, "--calls", argument, 1, AC_MAX_CALLS);
        return 0;
    case KEY_THREADS:
        record->options.threads =
            (unsigned)option_number(state, "--threads", argument, 1, AC_MAX_THREADS);
        return 0;
    case ARGP_KEY_ARGS:
        record->command = state->argv + state->next;
        return 0;
    case ARGP_KEY_END:
        if (record->to == NULL) {
            usage_missing(state, "-o FILE");
        } else if (record->command == NULL) {
            usage_missing(state, "COMMAND");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Whether a file of that name can be written; one that is replaced needs its folder only. False:
 * errno says why not. */
static bool is_writable(const char *name, char *copy) {
    struct stat status;
    if (stat(name, &status) == 0 && S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return false;
    }
    bool special = output_is_special(name);
    return access(special ? name : dirname(copy), special ? W_OK : W_OK | X_OK) == 0;
}

/* Said before the command runs, which may take long. */
static bool can_write(const char *name) {
    char *copy = strdup(name);
    bool can = copy != NULL && is_writable(name, copy);
    if (!can) {
        tool_cannot_write(name);
    }
    free(copy);
    return can;
}

/* A word in a comment: nothing in it may end the line. */
static void put_word(FILE *to, const char *word) {
    fputc(' ', to);
    for (; *word != '\0'; word++) {
        fputc((unsigned char)*word < ' ' || *word == 0x7f ? '?' : *word, to);
    }
}

static void put_shared(FILE *to, const struct record *record,
                       const struct record_summary *summary) {
    fprintf(to, "%zu of the threads share%s the number of another that lived too: there are %u\n",
            summary->shared, summary->shared == 1 ? "s" : "", record->options.threads);
}

static void put_comments(FILE *to, const struct record *record,
                         const struct record_summary *summary) {
    fputs("# Recorded:", to);
    for (char **word = record->command; *word != NULL; word++) {
        put_word(to, *word);
    }
    fprintf(to, "\n# %s%zu calls of %zu thread%s, %zu blocks, at most %" PRIu64 " bytes live.\n",
            summary->cut ? "The first " : "", summary->calls, summary->threads,
            summary->threads == 1 ? "" : "s", summary->blocks, summary->live_peak);
    if (summary->shared > 0) {
        fputs("# ", to);
        put_shared(to, record, summary);
    }
    fputs("# expect: clean\n", to);
}

static bool put_program(FILE *to, const struct ac_program *program) {
    size_t length = ac_print(program, NULL, 0);
    char *text = malloc(length + 1);
    if (text != NULL) {
        ac_print(program, text, length + 1);
        fwrite(text, 1, length, to);
    }
    free(text);
    return text != NULL;
}

static int write_program(const struct record *record, const struct ac_program *program,
                         const struct record_summary *summary) {
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    bool whole = to != NULL;
    if (whole) {
        put_comments(to, record, summary);
        whole = put_program(to, program);
        whole = fclose(to) == 0 && whole;
    }
    int status = STATUS_ERROR;
    if (!whole) {
        tool_out_of_memory();
    } else if (output_write(record->to, text, length)) {
        status = STATUS_CLEAN;
    }
    free(text);
    return status;
}

/* Standard output is the command's. */
static void report(const struct record *record, const struct record_summary *summary,
                   int wait_status) {
    fprintf(stderr, "%s: %zu calls of %zu thread%s, %zu blocks, at most %" PRIu64 " bytes live\n",
            record->to, summary->calls, summary->threads, summary->threads == 1 ? "" : "s",
            summary->blocks, summary->live_peak);
    if (summary->shared > 0) {
        put_shared(stderr, record, summary);
    }
    if (summary->unseen > 0) {
        fprintf(stderr, "left out: %zu calls about blocks live before the recording began\n",
                summary->unseen);
    }
    if (summary->cut) {
        fprintf(stderr, "cut: there were more calls than %zu\n", record->options.calls);
    }
    if (WIFSIGNALED(wait_status)) {
        fprintf(stderr, "the command was ended by signal %d\n", WTERMSIG(wait_status));
    } else if (WEXITSTATUS(wait_status) != 0) {
        fprintf(stderr, "the command ended with status %d\n", WEXITSTATUS(wait_status));
    }
}

static int convert(const struct record *record, const struct record_log *log, int wait_status) {
    struct ac_program program;
    struct record_summary summary;
    int status = STATUS_ERROR;
    ac_program_init(&program);
    if (!record_program(log, &record->options, &program, &summary)) {
        tool_out_of_memory();
    } else if (summary.calls == 0) {
        tool_error("%s: no call was recorded (is it linked statically?)", record->command[0]);
    } else {
        status = write_program(record, &program, &summary);
    }
    if (status == STATUS_CLEAN) {
        report(record, &summary, wait_status);
    }
    ac_program_destroy(&program);
    return status;
}

int ac_cmd_record(int argc, char **argv) {
    struct record record = {.options = {.calls = AC_MAX_CALLS, .threads = AC_MAX_THREADS}};
    const struct argp argp = {options, parse, "COMMAND [ARGUMENT...]", doc, NULL, NULL, NULL};
    int wait_status = 0;
    argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &record);
    if (!can_write(record.to)) {
        return STATUS_ERROR;
    }
    struct record_log *log = record_run(record.command, &wait_status);
    if (log == NULL) {
        return STATUS_ERROR;
    }
    int status = convert(&record, log, wait_status);
    record_log_delete(log);
    return status;
}
