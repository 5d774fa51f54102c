// SPDX-License-Identifier: MIT
// The stack of a process that a signal ended, or whose call did not return.
#ifndef ALLOCHECK_CRASH_H
#define ALLOCHECK_CRASH_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { AC_CRASH_FRAMES = 24, AC_CRASH_PATH = 256 };

/* An instruction, or the call that a frame waits for, independent of where its file was loaded. */
struct ac_crash_frame {
    uint64_t offset;            /* from the file's load address, as in its symbol table */
    char module[AC_CRASH_PATH]; /* path of the file; empty: the executable; `?': none */
};

/* Innermost frame first, down to the call of the allocator. Holds no pointers, so processes can
 * share it. */
struct ac_crash {
    volatile uint32_t complete; /* 1: all are noted; 0, with frames: these are of the handler, which
                                   died, because the process had jumped where no memory is */
    uint32_t count;
    struct ac_crash_frame frames[AC_CRASH_FRAMES];
};

#ifdef __cplusplus
}
#endif
#endif
