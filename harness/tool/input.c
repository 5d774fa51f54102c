// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "input.h"

#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_READ = 1 << 16 };

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

/* Reads a file into a growing buffer. False: errno is set. */
static bool read_all(int file, char **buffer, size_t *size) {
    size_t capacity = 0;
    for (;;) {
        if (*size == capacity) {
            capacity = capacity ? 2 * capacity : FIRST_READ;
            char *grown = realloc(*buffer, capacity);
            if (grown == NULL)
                return false;
            *buffer = grown;
        }
        ssize_t got = read(file, *buffer + *size, capacity - *size);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        *size += got > 0 ? (size_t)got : 0;
    }
}

/* The growing buffer may be larger than the content, which would hide reads past its end. */
static bool copy_exactly(struct input *input, const char *buffer) {
    input->bytes = malloc(input->size);
    if (input->bytes == NULL && input->size > 0)
        return false;
    if (input->size > 0)
        memcpy(input->bytes, buffer, input->size);
    return true;
}

static bool read_file(struct input *input) {
    bool is_stdin = strcmp(input->name, "-") == 0;
    int file = is_stdin ? STDIN_FILENO : open(input->name, O_RDONLY | O_CLOEXEC);
    char *buffer = NULL;
    bool done = file >= 0 && read_all(file, &buffer, &input->size) && copy_exactly(input, buffer);
    if (!done)
        fail(input, "%s: cannot read: %s", input->name, strerror(errno));
    free(buffer);
    if (file > STDIN_FILENO)
        close(file);
    return done;
}

static bool decode(struct input *input) {
    if (ac_decode(&input->program, (const uint8_t *)input->bytes, input->size))
        return true;
    return fail(input, "out of memory");
}

static bool parse(struct input *input) {
    struct ac_text_error error;
    if (!input->text)
        return decode(input);
    if (ac_parse(&input->program, input->bytes, input->size, &error, &input->expect))
        return true;
    return fail(input, "%s:%zu:%zu: expected %s", input->name, error.line, error.column,
                error.expected);
}

static bool is_text(const char *name, enum input_form form) {
    bool is_stdin = strcmp(name, "-") == 0;
    return form == INPUT_TEXT || (is_stdin ? form == INPUT_STDIN_TEXT : input_is_text(name));
}

bool input_open(struct input *input, const char *name, enum input_form form) {
    *input = (struct input){.name = name, .text = is_text(name, form)};
    ac_program_init(&input->program);
    if (read_file(input) && (form == INPUT_FOREIGN || parse(input)))
        return true;
    input_close(input);
    return false;
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
