// SPDX-License-Identifier: MIT
// A library that handles SIGSEGV: its handler exits with 5.
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
    if (size == FAULTS)
        raise(SIGSEGV);
    return arena_allocate(size);
}

void free(void *block) {
    arena_free(block);
}
