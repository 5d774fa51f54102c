// SPDX-License-Identifier: MIT
// Inputs of a command: programs in files, as text or as bytes, or on standard input.
#ifndef ALLOCHECK_TOOL_INPUT_H
#define ALLOCHECK_TOOL_INPUT_H

#include "allocheck/codec.h"

#include <argp.h>
#include <stdio.h>

enum input_form {
    /* Names in .ops: text. Other files and standard input: bytes, unless they are obviously a text:
     * those are refused. */
    INPUT_BY_NAME,
    INPUT_TEXT,    /* always text */
    INPUT_BYTES,   /* always bytes */
    INPUT_FOREIGN, /* another tool's file: read, not parsed */
};

enum { INPUT_MOST_BYTES = 16 << 20 }; /* unless an option says otherwise */

/* How a command reads its inputs. All zero: by name, of the usual size. */
struct input_options {
    enum input_form form;
    uint64_t most_bytes; /* larger inputs are refused; 0: INPUT_MOST_BYTES */
};

/* Parses --text, --bytes and --max-input into a struct input_options, as a child of a command's
 * argp. */
extern const struct argp input_argp;

enum { INPUT_TROUBLE = 3 * 4352 }; /* a path twice in a command, and a message */

struct input {
    const char *name; /* `-`: standard input */
    bool text;        /* not bytes */
    bool forced;      /* it takes --text or --bytes to read it so */
    char *bytes;      /* a block of exactly `size` bytes, so that a sanitizer sees reads past it */
    size_t size;
    struct ac_program program;
    struct ac_expect expect;     /* what a text says about itself */
    char trouble[INPUT_TROUBLE]; /* the message, if input_open() failed */
};

/* Reads a whole file and parses it. Folders, devices and pipes are refused (but for standard input
 * and /dev/fd), as are inputs that are too large, and texts that are no program. False: a message
 * with the file, and the line of a syntax error, has been printed, and there is nothing to close.
 * `name` must outlive the input. */
bool input_open(struct input *input, const char *name, const struct input_options *options);
void input_close(struct input *input);

/* The same, and holds signals (interrupt.h) from then on; while it reads from a terminal or a pipe,
 * Ctrl-C ends the process. */
bool input_open_held(struct input *input, const char *name, const struct input_options *options);

/* True if the name is that of a text, *.ops. */
bool input_is_text(const char *name);

/* The line, from 1, of the op at an index in a text. */
size_t input_line_of_op(const struct input *input, size_t op);

#endif
