// SPDX-License-Identifier: MIT
// The stack of a process that a signal ends: the process notes it, its parent prints it.
#ifndef ALLOCHECK_CRASH_H
#define ALLOCHECK_CRASH_H

#include "allocheck/run.h"

#include <stddef.h>

enum { AC_CRASH_FRAMES = 12, AC_CRASH_PATH = 256, AC_CRASH_TEXT = 4096 };

struct ac_crash_frame {
    uint64_t offset;            /* of the instruction, from where its module was loaded */
    char module[AC_CRASH_PATH]; /* its file; empty: the executable */
};

/* The allocator's frames, innermost first. Plain data, in memory that both processes share. */
struct ac_crash {
    uint32_t count;
    struct ac_crash_frame frames[AC_CRASH_FRAMES];
};

/* From now on a signal that ends this process, on any thread, is noted first. `progress' is the
 * runner's: frames outside its call are not the allocator's. Signals that have a handler keep it.
 */
void ac_crash_watch(struct ac_crash *crash, const struct ac_progress *progress);

/* Writes the frames as sanitizers do, `    #0 0x1f0 in NAME (/library.so+0x1f0)', with offsets in
 * the module for addresses: they are the same in every process. Returns the length without the zero
 * byte; 0: no frame. */
size_t ac_crash_print(const struct ac_crash *crash, char *text, size_t capacity);

/* --- crash_names.c --- */

/* The function that holds an offset in a module's file. False: it is in no symbol table. */
bool ac_crash_name(const char *path, uint64_t offset, char *name, size_t capacity);

#endif
