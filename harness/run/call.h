// SPDX-License-Identifier: MIT
// Brackets around each call of the allocator.
#ifndef ALLOCHECK_CALL_H
#define ALLOCHECK_CALL_H

#include "runner.h"

enum { AC_ERRNO_CANARY = 7777 }; /* errno before each call */

/* Marks, for observers of the process, that the allocator runs, and where the harness's stack ends.
 * Inlined, for the caller's own frame is that end. */
static inline __attribute__((always_inline)) void ac_enter_allocator(struct ac_runner *runner,
                                                                     uint64_t bytes) {
    struct ac_progress *progress = runner->progress;
    progress->thread = runner->thread;
    progress->bytes = bytes;
    progress->calls++;
    progress->stack = (uintptr_t)__builtin_dwarf_cfa();
    progress->in_call = 1;
}

static inline void ac_leave_allocator(struct ac_runner *runner) {
    runner->progress->in_call = 0;
}

/* `bytes': the most that the call may copy or clear. ac_call_end returns the errno that the call
 * left. */
void ac_call_begin(struct ac_runner *runner, uint64_t bytes);
int ac_call_end(struct ac_runner *runner);

/* True if a request for pages was refused since ac_call_begin. */
bool ac_pages_were_refused(const struct ac_runner *runner);

/* Mixes one answer into the digest. */
void ac_digest(struct ac_runner *runner, uint64_t value);

#endif
