// SPDX-License-Identifier: MIT
// Parts of input.h.
#ifndef ALLOCHECK_TOOL_INPUT_PARTS_H
#define ALLOCHECK_TOOL_INPUT_PARTS_H

#include "input.h"

/* --- input_read.c --- */

/* Reads at most `most` bytes of an input into a block of exactly its size. NULL: done; else why not
 * and what to do, in `text` or constant. */
const char *input_read(struct input *input, uint64_t most, char *text, size_t capacity);

/* --- input_kind.c: what a file holds, by its content --- */

enum input_kind {
    INPUT_IS_BYTES,  /* nothing below: a byte string of an engine, as far as one can tell */
    INPUT_IS_OPS,    /* a program in text form */
    INPUT_IS_REP,    /* a trace of the CMU malloc lab */
    INPUT_IS_MTRACE, /* a log of glibc's mtrace(3) */
    INPUT_IS_PROSE,  /* another text of several lines: a log, source code ... */
};

enum input_kind input_kind_of(const char *bytes, size_t size);

#endif
