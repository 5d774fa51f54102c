// SPDX-License-Identifier: MIT
// The allocator's frames on the stack of a process that ended.
#ifndef ALLOCHECK_EXPLAIN_STACK_H
#define ALLOCHECK_EXPLAIN_STACK_H

#include <stddef.h>

enum { STACK_FRAMES = 16, STACK_NAME = 96 };

/* One frame, independent of load addresses. */
struct stack_frame {
    char function[STACK_NAME]; /* empty: unknown */
    char place[STACK_NAME];    /* `file.c:12', else `library.so+0x1f0'; empty: unknown */
};

/* Innermost frame first, down to the harness, which called the allocator. */
struct stack {
    size_t count;
    struct stack_frame frames[STACK_FRAMES];
};

/* Reads the first stack in the output of a process: lines `#0 0x... in FUNCTION FILE:LINE' from
 * AddressSanitizer, UndefinedBehaviorSanitizer or the harness after a fatal signal, else the place
 * of `FILE:LINE:COLUMN: runtime error'. Without either, the stack is empty. The text need not end
 * in a zero byte. */
void stack_read(const char *text, size_t length, struct stack *stack);

#endif
