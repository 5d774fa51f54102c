// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE /* open_memstream */
#include "input_parts.h"

#include "interrupt.h"
#include "output.h"
#include "shell_word.h"
#include "shown_path.h"
#include "tool.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static bool is_stdin(const char *name) {
    return strcmp(name, "-") == 0;
}

bool input_is_text(const char *name) {
    size_t length = strlen(name);
    return length >= 4 && strcmp(name + length - 4, ".ops") == 0;
}

static bool fail(struct input *input, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Prints the message and keeps it in `trouble`. */
static bool fail(struct input *input, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(input->trouble, sizeof input->trouble, format, arguments);
    va_end(arguments);
    tool_error("%s", input->trouble);
    return false;
}

/* How to import a trace, as a message. */
static bool refuse_trace(struct input *input, const char *what, const char *form) {
    char *command = NULL;
    size_t length;
    FILE *to = open_memstream(&command, &length);
    if (to == NULL)
        return fail(input, "out of memory");
    char *tool = tool_shown_name();
    shell_put_word(to, tool != NULL ? tool : "allocheck");
    free(tool);
    fprintf(to, " convert --from %s --to text ", form);
    shell_put_word(to, input->name);
    fputs(" -o ", to);
    shell_put_name(to, is_stdin(input->name) ? "trace" : input->name, ".ops");
    fclose(to);
    fail(input, "%s: %s, not a program; import it: %s", input->name, what, command);
    free(command);
    return false;
}

/* False, with a message, for a text that would run as bytes. */
static bool check_kind(struct input *input) {
    switch (input_kind_of(input->bytes, input->size)) {
    case INPUT_IS_REP:
        return refuse_trace(input, "a trace of the malloc lab", "rep");
    case INPUT_IS_MTRACE:
        return refuse_trace(input, "a log of mtrace", "mtrace");
    case INPUT_IS_OPS:
        return fail(input, "%s: a program in text form; add --text, or name it *.ops", input->name);
    case INPUT_IS_PROSE:
        return fail(input,
                    "%s: a text, neither a program nor a crash input; add --bytes to run it "
                    "as bytes all the same",
                    input->name);
    default:
        return true;
    }
}

static bool decode(struct input *input) {
    if (ac_decode(&input->program, (const uint8_t *)input->bytes, input->size))
        return true;
    return fail(input, "out of memory");
}

static bool is_trace(const struct input *input) {
    const enum input_kind kind = input_kind_of(input->bytes, input->size);
    return kind == INPUT_IS_REP || kind == INPUT_IS_MTRACE;
}

static bool parse(struct input *input) {
    struct ac_text_error error;
    if (ac_parse(&input->program, input->bytes, input->size, &error, &input->expect))
        return true;
    if (is_trace(input))
        return check_kind(input);
    return fail(input, "%s:%zu:%zu: expected %s", input->name, error.line, error.column,
                error.expected);
}

static bool is_text(const char *name, enum input_form form) {
    return form == INPUT_TEXT || (form == INPUT_BY_NAME && input_is_text(name));
}

static bool read_input(struct input *input, const struct input_options *options) {
    char text[128];
    const uint64_t most = options->most_bytes != 0 ? options->most_bytes : INPUT_MOST_BYTES;
    const char *why = input_read(input, most, text, sizeof text);
    return why == NULL || fail(input, "%s: %s", input->name, why);
}

static bool interpret(struct input *input, enum input_form form) {
    if (form == INPUT_FOREIGN)
        return true;
    if (input->text)
        return parse(input);
    const bool would_be_bytes =
        form == INPUT_BY_NAME ||
        (!input_is_text(input->name) && input_kind_of(input->bytes, input->size) == INPUT_IS_BYTES);
    input->forced = !would_be_bytes;
    return (form == INPUT_BYTES || check_kind(input)) && decode(input);
}

bool input_open(struct input *input, const char *name, const struct input_options *options) {
    *input = (struct input){.name = name, .text = is_text(name, options->form)};
    input->forced = input->text && !input_is_text(name);
    ac_program_init(&input->program);
    if (read_input(input, options) && interpret(input, options->form))
        return true;
    input_close(input);
    return false;
}

bool input_open_held(struct input *input, const char *name, const struct input_options *options) {
    if (is_stdin(name) || output_is_special(name))
        interrupt_release();
    const bool opened = input_open(input, name, options);
    interrupt_hold();
    return opened;
}

void input_close(struct input *input) {
    ac_program_destroy(&input->program);
    free(input->bytes);
    input->bytes = NULL;
}

/* True unless the line is blank, a comment, or a line of the head (`ops`, `with`). */
static bool holds_op(const char *line, size_t length) {
    size_t blank = 0;
    while (blank < length && (line[blank] == ' ' || line[blank] == '\t' || line[blank] == '\r'))
        blank++;
    line += blank;
    length -= blank;
    bool head = (length >= 3 && memcmp(line, "ops", 3) == 0) ||
                (length >= 4 && memcmp(line, "with", 4) == 0);
    return length > 0 && line[0] != '#' && !head;
}

size_t input_line_of_op(const struct input *input, size_t op) {
    size_t line = 1, at = 0, seen = 0;
    while (at < input->size) {
        const char *start = input->bytes + at;
        const char *end = memchr(start, '\n', input->size - at);
        size_t length = end ? (size_t)(end - start) : input->size - at;
        if (holds_op(start, length) && seen++ == op)
            break;
        at += length + 1;
        line++;
    }
    return line;
}
