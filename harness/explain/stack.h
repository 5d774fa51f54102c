// SPDX-License-Identifier: MIT
// The allocator's frames on the stack of a process that ended.
#ifndef ALLOCHECK_EXPLAIN_STACK_H
#define ALLOCHECK_EXPLAIN_STACK_H

#include "allocheck/child.h"

#include <stdbool.h>
#include <stddef.h>

enum { STACK_FRAMES = 16, STACK_NAME = 96, STACK_FILE = 256 };

/* One frame, independent of load addresses. Empty texts: unknown. */
struct stack_frame {
    char function[STACK_NAME];
    char place[STACK_NAME]; /* `file.c:12', else `library.so+0x1f0', else STACK_UNKNOWN */
    char file[STACK_FILE];  /* path of the source, as the debug information has it */
    unsigned line;          /* in that file; 0: unknown */
    bool inlined;           /* the function, into that of the next frame */
};

/* Innermost frame first, down to the harness, which called the allocator. */
struct stack {
    size_t count;
    struct stack_frame frames[STACK_FRAMES];
};

/* The allocator's stack at the end of the child's last request: of the signal that ended it, else
 * the one that a sanitizer printed. Without either it is empty. */
void stack_of_child(const struct ac_child *child, struct stack *stack);

/* --- stack_crash.c --- */

/* Names the frames of a crash, by the files that hold them, without those of the harness and of the
 * C library around the allocator's. `debug_folder': as symbols_at. */
void stack_of_crash(const struct ac_crash *crash, const char *debug_folder, struct stack *stack);

/* --- stack.c --- */

/* Reads the first stack in the output of a process: lines `#0 0x... in FUNCTION FILE:LINE' from
 * AddressSanitizer or UndefinedBehaviorSanitizer, else the place of `FILE:LINE:COLUMN: runtime
 * error'. The text need not end in a zero byte. */
void stack_read(const char *text, size_t length, struct stack *stack);

/* True if a frame belongs to the harness, not to the allocator. */
bool stack_is_of_harness(const struct stack_frame *frame);

/* True if a frame belongs to a sanitizer, and says nothing about the bug: its runtime, and the
 * functions of the C library that it intercepts. */
bool stack_is_of_sanitizer(const struct stack_frame *frame);

/* The place of a frame outside all files: a jump to a wild address. */
#define STACK_UNKNOWN "[unknown]"

/* The innermost frame of the allocator's own source: not of a sanitizer, with a line. NULL: none.
 */
const struct stack_frame *stack_source(const struct stack *stack);

#endif
