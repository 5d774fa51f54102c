// SPDX-License-Identifier: MIT
// `allocheck show`: programs as text, the values of symbols beside them.
#include "commands.h"

#include "tool/tool.h"
#include "tool/usage.h"
#include "tool/input.h"
#include "tool/paths.h"
#include "show_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_TEXT = 256, LINE = 256, PAGE_SIZE = 4096 };

static const struct argp_option options[] = {
    {"text", KEY_TEXT, NULL, 0, "Standard input is text, not bytes", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Prints programs as text.\v"
    "PATH is a file, a folder, or - for standard input. What is printed can be run again: a "
    "comment after an op says what its symbols stand for, with pages of 4096 bytes, and `left' as "
    "it comes out in a run on the C library's malloc (in the first round of a repeat).";

struct show {
    enum input_form form;
    char **names;
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct show *show = state->input;
    (void)argument;
    switch (key) {
    case KEY_TEXT:
        show->form = INPUT_STDIN_TEXT;
        return 0;
    case ARGP_KEY_ARGS:
        show->names = state->argv + state->next;
        return 0;
    case ARGP_KEY_NO_ARGS:
        return usage_missing(state, "PATH");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void show_value(struct ac_operand operand, bool known, size_t value, const char *before) {
    const struct ac_resolve page = {.page_size = PAGE_SIZE};
    char text[LINE];
    ac_print_operand(operand, text, sizeof text);
    if (operand.symbol != AC_LEFT) {
        printf("%s%s = %zu", before, text, ac_operand_resolve(operand, &page));
    } else if (known) {
        printf("%s%s = %zu", before, text, value);
    } else {
        printf("%s%s = the limit less what is live then", before, text);
    }
}

static void show_op(const struct ac_op *op, const struct value *value) {
    char line[LINE];
    bool a = op->a.symbol != AC_ABSOLUTE, b = op->b.symbol != AC_ABSOLUTE;
    ac_print_op(op, line, sizeof line);
    fputs(line, stdout);
    if (a) {
        show_value(op->a, value->known, value->a, "  # ");
    }
    if (b) {
        show_value(op->b, value->known, value->b, a ? ", " : "  # ");
    }
    fputc('\n', stdout);
}

/* The lines in front of the ops: those of the same head without any. */
static void show_head(const struct ac_program *program) {
    const struct ac_program head = {.head = program->head};
    char text[LINE * 2];
    ac_print(&head, text, sizeof text);
    fputs(text, stdout);
}

static void show_program(const char *name, const struct ac_program *program,
                         const struct values *values) {
    printf("# %s\n", name);
    show_head(program);
    for (size_t i = 0; i < program->count; i++) {
        show_op(&program->ops[i], &values->of[i]);
    }
}

static int show_input(const char *name, enum input_form form) {
    struct input input;
    struct values values;
    if (!input_open(&input, name, form)) {
        return STATUS_ERROR;
    }
    bool learned = values_learn(&values, &input.program);
    if (learned) {
        show_program(name, &input.program, &values);
        values_forget(&values);
    }
    input_close(&input);
    return learned ? STATUS_CLEAN : tool_out_of_memory();
}

int ac_cmd_show(int argc, char **argv) {
    struct show show = {.names = NULL};
    struct paths paths = {.names = NULL};
    const struct argp argp = {options, parse, "PATH...", doc, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &show);
    for (char **name = show.names; *name != NULL; name++) {
        paths_add(&paths, *name);
    }
    int status = paths.troubles > 0 ? STATUS_ERROR : STATUS_CLEAN;
    for (size_t i = 0; i < paths.count; i++) {
        int shown = show_input(paths.names[i], show.form);
        status = shown != STATUS_CLEAN ? shown : status;
    }
    paths_destroy(&paths);
    return status;
}
