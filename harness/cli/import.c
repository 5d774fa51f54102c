// SPDX-License-Identifier: MIT
// `allocheck import`: the traces of others as programs.
#define _GNU_SOURCE /* open_memstream */
#include "commands.h"

#include "tool/tool.h"
#include "tool/usage.h"
#include "tool/input.h"
#include "tool/output.h"

#include "export/trace.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_REP = 256, KEY_MTRACE };

static const struct argp_option options[] = {
    {"rep", KEY_REP, "FILE", 0, "A trace of the CMU malloc lab (mdriver)", 0},
    {"mtrace", KEY_MTRACE, "FILE", 0, "A log of glibc's mtrace(3)", 0},
    {"output", 'o', "OUT.ops", 0,
     "Write to OUT.ops, whole or not at all (default: standard output)", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Turns a trace of another tool into a program.\v"
    "FILE may be - for standard input. A program holds at most 200,000 calls: what follows is cut, "
    "and told on standard error, as is what is about blocks that the trace does not know. A log of "
    "mtrace tells sizes and addresses, but not the function: what it allocates is malloc.";

struct import {
    int form; /* a key above; 0: none given */
    const char *from, *to;
};

static void take_input(struct argp_state *state, struct import *import, int key, char *name) {
    if (import->form != 0) {
        usage_exclusive(state, "--rep", "--mtrace");
    }
    import->form = key;
    import->from = name;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct import *import = state->input;
    switch (key) {
    case KEY_REP:
    case KEY_MTRACE:
        take_input(state, import, key, argument);
        return 0;
    case 'o':
        import->to = argument;
        return 0;
    case ARGP_KEY_ARG:
        return usage_unexpected(state, argument);
    case ARGP_KEY_END:
        if (import->form == 0) {
            usage_missing(state, "--rep FILE or --mtrace FILE");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void report(const char *name, const struct trace_summary *summary) {
    fprintf(stderr, "%s: %zu calls, %zu blocks, at most %" PRIu64 " bytes live\n", name,
            summary->calls, summary->blocks, summary->live_peak);
    if (summary->unseen > 0) {
        fprintf(stderr, "%zu lines about blocks that the trace does not know\n", summary->unseen);
    }
    if (summary->failed > 0) {
        fprintf(stderr, "left out: %zu requests that failed\n", summary->failed);
    }
    if (summary->cut) {
        fprintf(stderr, "cut: there were more calls than %d\n", AC_MAX_CALLS);
    }
}

static void put_program(FILE *to, const struct import *import, const struct ac_program *program,
                        char *text, size_t capacity) {
    ac_print(program, text, capacity);
    fprintf(to, "# Imported from %s\n%s",
            import->form == KEY_REP ? "a trace of the malloc lab" : "a log of mtrace", text);
}

static int write_program(const struct import *import, const struct ac_program *program) {
    char *whole = NULL;
    size_t size = 0, length = ac_print(program, NULL, 0);
    char *text = malloc(length + 1);
    FILE *to = open_memstream(&whole, &size);
    if (text != NULL && to != NULL) {
        put_program(to, import, program, text, length + 1);
    }
    bool room = to != NULL && fclose(to) == 0 && text != NULL;
    free(text);
    bool done = room && output_write(import->to, whole, size);
    free(whole);
    return done ? STATUS_CLEAN : room ? STATUS_ERROR : tool_out_of_memory();
}

static int convert(const struct import *import, const struct input *input) {
    struct ac_program program;
    struct trace_summary summary;
    struct ac_text_error error;
    int status = STATUS_ERROR;
    ac_program_init(&program);
    enum trace_end end = (import->form == KEY_REP ? trace_read_rep : trace_read_mtrace)(
        &program, input->bytes, input->size, &summary, &error);
    if (end == TRACE_WRONG) {
        tool_error("%s:%zu:%zu: expected %s", input->name, error.line, error.column,
                   error.expected);
    } else if (end == TRACE_MEMORY) {
        tool_out_of_memory();
    } else if (summary.calls == 0) {
        tool_error("%s: no call is in it", input->name);
    } else {
        status = write_program(import, &program);
    }
    if (status == STATUS_CLEAN) {
        report(input->name, &summary);
    }
    ac_program_destroy(&program);
    return status;
}

int ac_cmd_import(int argc, char **argv) {
    struct import import = {.form = 0};
    struct input input;
    const struct argp argp = {options, parse, "", doc, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &import);
    if (!input_open(&input, import.from, INPUT_FOREIGN)) {
        return STATUS_ERROR;
    }
    int status = convert(&import, &input);
    input_close(&input);
    return status;
}
