// SPDX-License-Identifier: MIT
// A library that lives by a signal of its own: it ends the process where it is not told of it, and
// with 5 where it is.
#include "arena.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

void *malloc(size_t size);
void free(void *block);

enum { FAULTS = 501, HANDLED = 5 };

static void handle(int signal_number) {
    (void)signal_number;
    _exit(HANDLED);
}

__attribute__((constructor)) static void begin(void) {
    signal(SIGSEGV, handle);
}

void *malloc(size_t size) {
    if (size == FAULTS) {
        raise(SIGSEGV);
    }
    return arena_allocate(size);
}

void free(void *block) {
    arena_take_back(block);
}
