// SPDX-License-Identifier: MIT
// Functions and source lines of instructions, from the symbol tables and the debug information of
// files.
#ifndef ALLOCHECK_EXPLAIN_SYMBOLS_H
#define ALLOCHECK_EXPLAIN_SYMBOLS_H

#include "stack.h"

#include <stddef.h>
#include <stdint.h>

/* Fills in the frames of the instruction at an offset from where a file is loaded: one, and before
 * it one for each function that the compiler inlined there, innermost first. Names what is known:
 * `function', `file', `line'. Debug information may be in the file, in .dwo files, or in a separate
 * file, found by build id or debug link in the standard places and in `debug_folder' (absolute;
 * NULL: none). Returns the number of frames, at most `most'; 0: nothing is known. */
size_t symbols_at(const char *path, uint64_t offset, const char *debug_folder,
                  struct stack_frame *frames, size_t most);

/* What reads them, for people: `libdw 0.188', or why nothing does. Never NULL. */
const char *symbols_reader(void);

#endif
