// SPDX-License-Identifier: MIT
// The allocator's part of the stack of a process that has ended.
#ifndef ALLOCHECK_EXPLAIN_STACK_H
#define ALLOCHECK_EXPLAIN_STACK_H

#include <stddef.h>

enum { STACK_FRAMES = 16, STACK_NAME = 96 };

/* One frame. Nothing of it depends on where code was loaded. */
struct stack_frame {
    char function[STACK_NAME]; /* empty: not known */
    char place[STACK_NAME]; /* `file.c:12', or `library.so+0x1f0' where lines are not known; empty:
                               neither is */
};

/* Innermost frame first; those of the harness, which calls the allocator, are left out, and so is
 * what lies after them. */
struct stack {
    size_t count;
    struct stack_frame frames[STACK_FRAMES];
};

/* Reads the first stack in what a process wrote, or in what its parent added after a signal: the
 * lines `#0 0x... in FUNCTION FILE:LINE' of AddressSanitizer or UndefinedBehaviorSanitizer, or the
 * place of the latter's `FILE:LINE:COLUMN: runtime error' where no stack follows. Without either,
 * `stack' has no frame. The text need not end in a zero byte. */
void stack_read(const char *text, size_t length, struct stack *stack);

#endif
