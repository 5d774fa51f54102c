// SPDX-License-Identifier: MIT
// Programs as the user names them: files in one of two forms, or standard input.
#ifndef ALLOCHECK_CLI_INPUT_H
#define ALLOCHECK_CLI_INPUT_H

#include "allocheck/codec.h"

enum input_form {
    INPUT_BY_NAME,    /* text where the name ends in .ops, else bytes; standard input: bytes */
    INPUT_STDIN_TEXT, /* the same, but standard input is text */
    INPUT_TEXT,       /* text, whatever its name */
    INPUT_FOREIGN,    /* of another tool: read, but no program is made of it */
};

enum { INPUT_TROUBLE = 4352 }; /* a path and a message about it */

struct input {
    const char *name; /* as named; `-` is standard input */
    bool text;        /* else bytes */
    char *bytes;      /* a block of exactly `size` bytes */
    size_t size;
    struct ac_program program;
    struct ac_expect expect;     /* of a text */
    char trouble[INPUT_TROUBLE]; /* the message, where it could not be opened */
};

/* Reads a file whole and makes a program of it. False: a message has been
 * printed that says what is wrong and where; nothing needs to be closed. */
bool input_open(struct input *input, const char *name, enum input_form form);
void input_close(struct input *input);

/* True for names of files that hold text. */
bool input_is_text(const char *name);

/* The line of a text, from 1, that holds the op of an index. */
size_t input_line_of_op(const struct input *input, size_t op);

#endif
