// SPDX-License-Identifier: MIT
// Inputs of a command: programs in files, as text or as bytes, or on standard input.
#ifndef ALLOCHECK_TOOL_INPUT_H
#define ALLOCHECK_TOOL_INPUT_H

#include "allocheck/codec.h"

enum input_form {
    INPUT_BY_NAME,    /* names in .ops: text; other files and standard input: bytes */
    INPUT_STDIN_TEXT, /* the same, but standard input is text */
    INPUT_TEXT,       /* always text */
    INPUT_FOREIGN,    /* another tool's file: read, not parsed */
};

enum { INPUT_TROUBLE = 4352 }; /* a path and a message */

struct input {
    const char *name; /* `-`: standard input */
    bool text;        /* not bytes */
    char *bytes;      /* a block of exactly `size` bytes, so that a sanitizer sees reads past it */
    size_t size;
    struct ac_program program;
    struct ac_expect expect;     /* what a text says about itself */
    char trouble[INPUT_TROUBLE]; /* the message, if input_open() failed */
};

/* Reads a whole file and parses it. False: a message with the file, and the line of a syntax error,
 * has been printed, and there is nothing to close. `name` must outlive the input. */
bool input_open(struct input *input, const char *name, enum input_form form);
void input_close(struct input *input);

/* True if the name is that of a text, *.ops. */
bool input_is_text(const char *name);

/* The line, from 1, of the op at an index in a text. */
size_t input_line_of_op(const struct input *input, size_t op);

#endif
