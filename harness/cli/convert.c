// SPDX-License-Identifier: MIT
// `allocheck convert': a program in another form.
#include "commands.h"

#include "convert/convert.h"
#include "tool/tool.h"
#include "tool/usage.h"

#include <string.h>

enum { KEY_TO = 256, KEY_FROM, KEY_NAMES, KEY_VERIFY, KEY_CALL_TIME };

static const struct argp_option options[] = {
    {"to", KEY_TO, "FORM", 0, "Write text, bytes, rep or c", 0},
    {"from", KEY_FROM, "FORM", 0,
     "INPUT is a trace of another tool: rep (CMU malloc lab) or mtrace (a log of glibc's "
     "mtrace(3))",
     0},
    {"output", 'o', "FILE", 0, "Write to FILE, atomically (default: standard output)", 0},
    {NULL, 0, NULL, 0, "With --to c:", 1},
    {"names", KEY_NAMES, NULL, 0, "Call libc's names even if the library exports an ac_allocator",
     1},
    {"verify", KEY_VERIFY, NULL, 0,
     "Compile and run the C file before it is written: it must fail on the allocator and, by "
     "libc's "
     "names, pass on the C library",
     1},
    {"call-time", KEY_CALL_TIME, "SECONDS", 0,
     "Time limit of a call, for a finding of liveness (default: 5)", 1},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Converts a program to text, bytes, a trace or C.\v"
    "INPUT is a file, or - for standard input. With --from, INPUT is a trace of another tool. "
    "Blocks that the trace never allocated "
    "are dropped, as are calls beyond 200,000; counts go to standard error. A log of mtrace does "
    "not name functions: its allocations become malloc.\n"
    "\n"
    "--to text takes several INPUTs, and folders. A comment gives the value of each symbolic "
    "operand, for pages of 4096 bytes; `left' as in a run on the C library's malloc, in the first "
    "round of a repeat.\n"
    "--to bytes writes the form that fuzzing engines read. It has slots below p4096 only.\n"
    "--to rep writes a trace of the CMU malloc lab. It cannot express threads: such a program is "
    "an error. Other ops that it cannot express are left out and counted.\n"
    "--to c runs the program on the allocator and writes one C11 file that exits with status 1 and "
    "one line, or ends by a signal, as long as the finding is there. Without a finding, the file "
    "checks all it can. It calls the allocator's own names, or the ac_allocator of a library that "
    "exports one. With --race, the threads of the C file race for many rounds. Findings that only "
    "a sanitizer or several processes show are errors.\n"
    "\n"
    "Exit status: 0 written; 1 written, but --verify failed; 2 usage, unreadable input, or not "
    "written.\n"
    "\n"
    "Examples:\n"
    "  allocheck convert --to text crash-1f3a\n"
    "  allocheck convert --to c --allocator ./libmine.so crash.ops -o repro.c\n"
    "  allocheck convert --from mtrace --to text trace.log -o trace.ops";

static const struct {
    const char *name;
    int (*convert)(const struct conversion *conversion, struct input *input);
} forms[] = {
    {"text", convert_to_text},
    {"bytes", convert_to_bytes},
    {"rep", convert_to_rep},
    {"c", convert_to_c},
};
enum { FORMS = sizeof forms / sizeof *forms, NO_FORM = -1 };

struct convert {
    struct conversion conversion;
    int to;             /* index of forms */
    const char *only_c; /* an option that needs --to c; NULL: none given */
    char **names;       /* NULL at the end */
};

static const char *form_name(size_t i) {
    return i < FORMS ? forms[i].name : NULL;
}

static void take_form(struct argp_state *state, struct convert *convert, const char *name) {
    for (int i = 0; i < FORMS; i++) {
        if (strcmp(forms[i].name, name) == 0) {
            convert->to = i;
            return;
        }
    }
    usage_unknown(state, "form", name, form_name);
}

static const char *trace_name(size_t i) {
    static const char *const names[] = {"rep", "mtrace", NULL};
    return names[i];
}

static void take_source(struct argp_state *state, struct convert *convert, const char *name) {
    if (strcmp(name, trace_name(0)) == 0)
        convert->conversion.from = CONVERT_REP;
    else if (strcmp(name, trace_name(1)) == 0)
        convert->conversion.from = CONVERT_MTRACE;
    else
        usage_unknown(state, "trace", name, trace_name);
}

static bool is_text(const struct convert *convert) {
    return forms[convert->to].convert == convert_to_text;
}

static bool is_c(const struct convert *convert) {
    return forms[convert->to].convert == convert_to_c;
}

static void check_usage(struct argp_state *state, const struct convert *convert) {
    const struct conversion *conversion = &convert->conversion;
    const struct c_names *c_names = &conversion->c_names;
    if (convert->to == NO_FORM)
        usage_missing(state, "--to text, bytes, rep or c");
    else if (convert->only_c != NULL && !is_c(convert))
        argp_error(state, "--%s needs --to c", convert->only_c);
    else if (conversion->names && (c_names->prefix != NULL || c_names->interface))
        usage_exclusive(state, "--names", c_names->interface ? "--interface" : "--prefix");
    else if (conversion->from != CONVERT_PROGRAM &&
             conversion->session.inputs.form != INPUT_BY_NAME)
        usage_exclusive(state, "--from",
                        conversion->session.inputs.form == INPUT_TEXT ? "--text" : "--bytes");
    else if (convert->names[1] != NULL &&
             (!is_text(convert) || conversion->from != CONVERT_PROGRAM))
        usage_unexpected(state, convert->names[1]);
}

/* Options of --to c. */
static error_t parse_c_option(int key, const char *argument, struct argp_state *state) {
    struct convert *convert = state->input;
    struct conversion *conversion = &convert->conversion;
    switch (key) {
    case KEY_NAMES:
        conversion->names = true;
        convert->only_c = "names";
        return 0;
    case KEY_VERIFY:
        conversion->verifies = true;
        convert->only_c = "verify";
        return 0;
    case KEY_CALL_TIME:
        conversion->session.call_time = option_seconds(state, "--call-time", argument);
        convert->only_c = "call-time";
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct convert *convert = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = convert;
        state->child_inputs[1] = convert;
        state->child_inputs[2] = convert;
        state->child_inputs[3] = &convert->conversion.session.inputs;
        return 0;
    case KEY_TO:
        take_form(state, convert, argument);
        return 0;
    case KEY_FROM:
        take_source(state, convert, argument);
        return 0;
    case 'o':
        convert->conversion.out = argument;
        return 0;
    case ARGP_KEY_ARGS:
        convert->names = state->argv + state->next;
        return 0;
    case ARGP_KEY_NO_ARGS:
        return usage_missing(state, "INPUT");
    case ARGP_KEY_END:
        check_usage(state, convert);
        return 0;
    default:
        return parse_c_option(key, argument, state);
    }
}

/* Parses an option for `argp`, and notes that only --to c takes it. */
static error_t parse_run_option(const struct argp *argp, void *input, int key, char *argument,
                                struct argp_state *state) {
    struct convert *convert = state->input;
    for (const struct argp_option *option = argp->options;
         option->name != NULL || option->doc != NULL; option++) /* a heading has no name */
        if (option->name != NULL && option->key == key)
            convert->only_c = option->name;
    state->input = input;
    const error_t error = argp->parser(key, argument, state);
    state->input = convert;
    return error;
}

static error_t parse_target(int key, char *argument, struct argp_state *state) {
    struct convert *convert = state->input;
    return parse_run_option(&target_argp, &convert->conversion.session.target_options, key,
                            argument, state);
}

static error_t parse_race(int key, char *argument, struct argp_state *state) {
    struct convert *convert = state->input;
    return parse_run_option(&race_argp, &convert->conversion.session.racing, key, argument, state);
}

static error_t parse_c_names(int key, char *argument, struct argp_state *state) {
    struct convert *convert = state->input;
    return parse_run_option(&c_names_argp, &convert->conversion.c_names, key, argument, state);
}

static int convert_input(struct convert *convert, const char *name) {
    struct conversion *conversion = &convert->conversion;
    struct input input;
    if (!convert_open(&input, name, conversion))
        return STATUS_ERROR;
    target_suit(&conversion->session.target_options, &input.expect);
    const int status = forms[convert->to].convert(conversion, &input);
    input_close(&input);
    return status;
}

static int convert_paths(struct convert *convert, const struct paths *paths) {
    int status = paths->troubles > 0 ? STATUS_ERROR : STATUS_CLEAN;
    if (convert->conversion.out != NULL && paths->count > 1) {
        return tool_error("%s: not written: expected one program, not %zu", convert->conversion.out,
                          paths->count);
    }
    for (size_t i = 0; i < paths->count; i++) {
        const int converted = convert_input(convert, paths->names[i]);
        status = converted != STATUS_CLEAN ? converted : status;
    }
    return status;
}

static int convert_all(struct convert *convert) {
    struct paths paths = {.notes = stderr};
    for (char **name = convert->names; *name != NULL; name++)
        paths_add(&paths, *name);
    const int status = convert_paths(convert, &paths);
    paths_destroy(&paths);
    return status;
}

int ac_cmd_convert(int argc, char **argv) {
    const struct argp target = {target_argp.options, parse_target, NULL, NULL, NULL, NULL, NULL};
    const struct argp race = {race_argp.options, parse_race, NULL, NULL, NULL, NULL, NULL};
    const struct argp c_names = {c_names_argp.options, parse_c_names, NULL, NULL, NULL, NULL, NULL};
    const struct argp_child children[] = {{&target, 0, NULL, 0},
                                          {&race, 0, NULL, 0},
                                          {&c_names, 0, NULL, 1},
                                          {&input_argp, 0, NULL, 0},
                                          {NULL, 0, NULL, 0}};
    const struct argp argp = {options, parse, "INPUT...", doc, children, NULL, NULL};
    struct convert convert = {.to = NO_FORM};
    argp_parse(&argp, argc, argv, 0, NULL, &convert);
    return is_text(&convert) && convert.conversion.from == CONVERT_PROGRAM
               ? convert_all(&convert)
               : convert_input(&convert, convert.names[0]);
}
