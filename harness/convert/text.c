// SPDX-License-Identifier: MIT
// Programs as text, with the values of symbolic operands as comments.
#define _GNU_SOURCE /* open_memstream */
#include "convert.h"
#include "values.h"

#include "tool/tool.h"
#include "tool/output.h"

#include <stdlib.h>

enum { LINE = 256, PAGE_SIZE = 4096 };

static void put_value(FILE *to, struct ac_operand operand, bool known, size_t value,
                      const char *before) {
    const struct ac_resolve page = {.page_size = PAGE_SIZE};
    char text[LINE];
    ac_print_operand(operand, text, sizeof text);
    if (operand.symbol != AC_LEFT)
        fprintf(to, "%s%s = %zu", before, text, ac_operand_resolve(operand, &page));
    else if (known)
        fprintf(to, "%s%s = %zu", before, text, value);
    else
        fprintf(to, "%s%s = the limit minus live bytes", before, text);
}

static void put_op(FILE *to, const struct ac_op *op, const struct value *value) {
    char line[LINE];
    bool a = op->a.symbol != AC_ABSOLUTE, b = op->b.symbol != AC_ABSOLUTE;
    ac_print_op(op, line, sizeof line);
    fputs(line, to);
    if (a)
        put_value(to, op->a, value->known, value->a, "  # ");
    if (b)
        put_value(to, op->b, value->known, value->b, a ? ", " : "  # ");
    fputc('\n', to);
}

static void put_origin(FILE *to, const char *name, enum convert_source from) {
    switch (from) {
    case CONVERT_PROGRAM:
        fprintf(to, "# %s\n", name);
        break;
    case CONVERT_REP:
        fputs("# Converted from a trace of the malloc lab\n", to);
        break;
    case CONVERT_MTRACE:
        fputs("# Converted from a log of mtrace\n", to);
        break;
    }
}

/* The lines above the ops: those of a program with the same head and no ops. */
static void put_head(FILE *to, const struct ac_program *program) {
    const struct ac_program head = {.head = program->head};
    char text[LINE * 2];
    ac_print(&head, text, sizeof text);
    fputs(text, to);
}

static bool put_program(FILE *to, const struct input *input, enum convert_source from) {
    const struct ac_program *program = &input->program;
    struct values values;
    if (!values_learn(&values, program))
        return false;
    put_origin(to, input->name, from);
    put_head(to, program);
    for (size_t i = 0; i < program->count; i++)
        put_op(to, &program->ops[i], &values.of[i]);
    values_forget(&values);
    return true;
}

int convert_to_text(const struct conversion *conversion, struct input *input) {
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    bool whole = to != NULL && put_program(to, input, conversion->from);
    whole = to != NULL && fclose(to) == 0 && whole;
    int status = !whole                                        ? tool_out_of_memory()
                 : output_write(conversion->out, text, length) ? STATUS_CLEAN
                                                               : STATUS_ERROR;
    free(text);
    return status;
}
