// SPDX-License-Identifier: MIT
// `allocheck export`: a program in a form that others read.
#define _GNU_SOURCE /* open_memstream */
#include "commands.h"

#include "tool/tool.h"
#include "tool/usage.h"
#include "tool/input.h"
#include "tool/output.h"
#include "session/session.h"
#include "session/shell.h"

#include "export/export.h"
#include "export/trace.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_C = 256, KEY_OPS, KEY_REP, KEY_PREFIX, KEY_INTERFACE, KEY_TEXT, KEY_CALL_TIME };

static const struct argp_option options[] = {
    {"c", KEY_C, NULL, 0, "A C11 file that fails as long as the program's finding is there", 0},
    {"ops", KEY_OPS, NULL, 0, "The text form", 0},
    {"rep", KEY_REP, NULL, 0, "A trace of the CMU malloc lab", 0},
    {"output", 'o', "FILE", 0, "Write to FILE, whole or not at all (default: standard output)", 0},
    {"prefix", KEY_PREFIX, "P", 0,
     "The allocator's names begin with P: P_malloc for my_malloc is my_ (default: names of libc)",
     0},
    {"interface", KEY_INTERFACE, NULL, 0,
     "Call ac_allocator of allocheck/allocator.h, also where the names of libc would do", 0},
    {"text", KEY_TEXT, NULL, 0, "Standard input is text, not bytes", 0},
    {"call-time", KEY_CALL_TIME, "SECONDS", 0,
     "What a call may take where the finding is one of liveness (default: 5)", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Writes a program in a form that others read.\v"
    "INPUT is a file, or - for standard input. With --c it is run on the allocator first: the C "
    "file then exits with status 1 and one line, or ends by a signal, exactly as long as the "
    "finding is there. It calls the allocator's own names where these can show the finding, else "
    "its ac_allocator. A program without a finding becomes one that checks all it can. A finding "
    "that only a sanitizer or several processes show is refused. With --race the program is run as "
    "`allocheck run --race' does it, and the threads of the C file race too, for many rounds.\n"
    "A trace of the malloc lab holds malloc, realloc and free of one thread: a program with "
    "threads "
    "is refused. What else it cannot say is left out, and how often is told on standard error.";

struct export {
    struct session session; /* the run that finds */
    int form;               /* a key above; 0: none given */
    const char *from, *to, *prefix;
    bool interface;
};

static void take_form(struct argp_state *state, struct export *export, int key) {
    if (export->form != 0 && export->form != key) {
        usage_exclusive(state, "--c, --ops", "--rep");
    }
    export->form = key;
}

static void take_prefix(struct argp_state *state, struct export *export, const char *prefix) {
    bool good = isalpha((unsigned char)prefix[0]) || prefix[0] == '_';
    for (const char *c = prefix; *c != '\0'; c++) {
        good = good && (isalnum((unsigned char)*c) || *c == '_');
    }
    if (!good) {
        argp_error(state, "--prefix: expected the beginning of a name in C, not '%s'", prefix);
    }
    export->prefix = prefix;
}

static void check_usage(struct argp_state *state, const struct export *export) {
    if (export->form == 0) {
        usage_missing(state, "--c, --ops or --rep");
    }
    if (export->session.racing.on && export->form != KEY_C) {
        usage_needs(state, "--race", "--c");
    }
    if (export->prefix != NULL && export->interface) {
        usage_exclusive(state, "--prefix", "--interface");
    }
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct export *export = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &export->session.target_options;
        state->child_inputs[1] = &export->session.racing;
        return 0;
    case KEY_C:
    case KEY_OPS:
    case KEY_REP:
        take_form(state, export, key);
        return 0;
    case 'o':
        export->to = argument;
        return 0;
    case KEY_PREFIX:
        take_prefix(state, export, argument);
        return 0;
    case KEY_INTERFACE:
        export->interface = true;
        return 0;
    case KEY_TEXT:
        export->session.form = INPUT_STDIN_TEXT;
        return 0;
    case KEY_CALL_TIME:
        export->session.call_time = option_seconds(state, "--call-time", argument);
        return 0;
    case ARGP_KEY_ARG:
        if (export->from != NULL) {
            return usage_unexpected(state, argument);
        }
        export->from = argument;
        return 0;
    case ARGP_KEY_NO_ARGS:
        return usage_missing(state, "INPUT");
    case ARGP_KEY_END:
        check_usage(state, export);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum ac_child_end run_once(const struct session *session, struct ac_child *child,
                                  const struct ac_program *program, struct ac_report *report) {
    return session->racing.on ? race_run(child, program, &session->racing, report)
                              : ac_child_replay(child, program, report);
}

/* Runs the input as `allocheck run' does. False: a message has been printed. */
static bool find(const struct export *export, const struct input *input, struct ac_report *report) {
    const struct session *session = &export->session;
    const struct ac_child_options child_options = {.target = session->target_options.target,
                                                   .oracles = session->target_options.oracles,
                                                   .free_at_end = true,
                                                   .memory = session->target_options.memory,
                                                   .call_ms = option_call_ms(session->call_time)};
    struct ac_child *child = ac_child_new(&child_options);
    if (child == NULL) {
        tool_out_of_memory();
        return false;
    }
    const bool ran = run_once(session, child, &input->program, report) == AC_CHILD_RAN;
    if (!ran) {
        tool_cannot_run(input->name, ac_child_trouble(child));
    }
    ac_child_delete(child);
    return ran;
}

static bool put_c(const struct export *export, const struct input *input,
                  const struct ac_finding *finding, FILE *to) {
    char *command = finding != NULL ? shell_run_command(&export->session, input) : NULL;
    const struct export_options how = {
        .target = &export->session.target_options.target,
        .input = strcmp(input->name, "-") == 0 ? NULL : input->name,
        .command = command,
        .prefix = export->prefix,
        .interface = export->interface,
        .call_seconds = (unsigned)(export->session.call_time + 0.999),
    };
    struct exported exported;
    const bool races = export->session.racing.on;
    const bool done =
        (races ? export_race_c : export_c)(&how, &input->program, finding, to, &exported);
    if (!done) {
        tool_error("%s: %s", input->name, exported.reason);
    }
    free(command);
    return done;
}

static int export_as_c(const struct export *export, struct input *input) {
    struct ac_report report;
    if (export->session.racing.on) {
        ac_race_spread(&input->program, export->session.racing.seed);
    }
    char *text = NULL;
    size_t length = 0;
    if (!find(export, input, &report)) {
        return STATUS_ERROR;
    }
    if (report.counts.over_memory > 0) {
        return tool_error("%s: it reaches the bound of memory, as its C file would", input->name);
    }
    if (!report.found && export->session.racing.on) {
        return tool_error("%s: no finding on %s in this race run", input->name,
                          export->session.target_options.target.name);
    }
    if (!report.found) {
        fprintf(stderr, "allocheck: %s: no finding on %s: the C file checks all it can\n",
                input->name, export->session.target_options.target.name);
    }
    FILE *to = open_memstream(&text, &length);
    bool done = to != NULL && put_c(export, input, report.found ? &report.finding : NULL, to);
    if (to != NULL) {
        fclose(to);
    }
    done = done && output_write(export->to, text, length);
    free(text);
    return done ? STATUS_CLEAN : STATUS_ERROR;
}

static int export_as_ops(const struct export *export, const struct input *input) {
    size_t length = ac_print(&input->program, NULL, 0);
    char *text = malloc(length + 1);
    if (text == NULL) {
        return tool_out_of_memory();
    }
    ac_print(&input->program, text, length + 1);
    bool done = output_write(export->to, text, length);
    free(text);
    return done ? STATUS_CLEAN : STATUS_ERROR;
}

/* What the trace could not say is told once it is written. */
static int write_rep(const struct export *export, const struct input *input, const char *text,
                     size_t length, const struct trace_left *left) {
    if (left->written == 0) {
        return tool_error("%s: none of its ops can be said in a trace of the malloc lab",
                          input->name);
    }
    if (!output_write(export->to, text, length)) {
        return STATUS_ERROR;
    }
    if (left->left_out > 0) {
        fprintf(stderr, "allocheck: %s: left out, for a trace has no word for them: %zu ops\n",
                input->name, left->left_out);
    }
    if (left->plain > 0) {
        fprintf(stderr, "allocheck: %s: written as malloc: %zu of calloc and of aligned forms\n",
                input->name, left->plain);
    }
    return STATUS_CLEAN;
}

/* A trace is one thread's: to leave out what others free and allocate would make it another
 * program. The program's count: all of it can be said. */
static size_t first_of_threads(const struct ac_program *program) {
    size_t at = 0;
    while (at < program->count && program->ops[at].thread == 0 &&
           program->ops[at].kind != AC_OP_EXIT) {
        at++;
    }
    return at;
}

static int refuse_threads(const struct input *input, size_t op) {
    static const char why[] = "a trace of the malloc lab has no word for threads";
    if (input->text) {
        return tool_error("%s:%zu: %s", input->name, input_line_of_op(input, op), why);
    }
    return tool_error("%s: op %zu: %s", input->name, op, why);
}

static int export_as_rep(const struct export *export, const struct input *input) {
    struct trace_left left = {.written = 0};
    char *text = NULL;
    size_t length = 0;
    const size_t of_thread = first_of_threads(&input->program);
    if (of_thread < input->program.count) {
        return refuse_threads(input, of_thread);
    }
    FILE *to = open_memstream(&text, &length);
    bool whole = to != NULL && trace_write_rep(&input->program, to, &left);
    if (to != NULL) {
        whole = fclose(to) == 0 && whole;
    }
    int status = whole ? write_rep(export, input, text, length, &left) : tool_out_of_memory();
    free(text);
    return status;
}

int ac_cmd_export(int argc, char **argv) {
    struct export export = {.form = 0};
    struct input input;
    const struct argp_child children[] = {
        {&target_argp, 0, NULL, 0}, {&race_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
    const struct argp argp = {options, parse, "INPUT", doc, children, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &export);
    if (!input_open(&input, export.from, export.session.form)) {
        return STATUS_ERROR;
    }
    target_trap(&export.session.target_options, &input.expect);
    int status = export.form == KEY_C     ? export_as_c(&export, &input)
                 : export.form == KEY_REP ? export_as_rep(&export, &input)
                                          : export_as_ops(&export, &input);
    input_close(&input);
    return status;
}
