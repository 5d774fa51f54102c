// SPDX-License-Identifier: MIT
// The inputs that a process has run, in a file that outlives it: an allocator without instances
// keeps state from one input to the next, so a finding may need all of them.
#ifndef ALLOCHECK_HISTORY_H
#define ALLOCHECK_HISTORY_H

#include "oracle.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- writing --- */

struct ac_history;

/* Opens a history in a file of 16 MiB, which is created if needed. Processes share the file; each
 * has its own history in it. New inputs replace the oldest. Never closed. NULL: errno says why. */
struct ac_history *ac_history_open(const char *path);

/* Adds an input that is about to run. An input of more than 64 KiB restarts the history after it.
 */
void ac_history_add(struct ac_history *history, const uint8_t *bytes, size_t size);

/* Records the finding of the last input. */
void ac_history_blame(struct ac_history *history, const struct ac_finding *finding);

/* --- reading --- */

struct ac_history_input {
    const uint8_t *bytes;
    size_t size;
};

/* The inputs of one process, in order. */
struct ac_history_view {
    struct ac_history_input *inputs;
    size_t count;
    bool blamed; /* finding is that of the last input */
    struct ac_finding finding;
    void *file; /* the view's own */
    size_t capacity;
};

/* Fills `view' with the inputs of the last process that ran these bytes last. A writer may be
 * running: only what it wrote before that process ended is seen. False: there is no such process in
 * the file, or no memory; the view is empty. */
bool ac_history_read(struct ac_history_view *view, const char *path, const uint8_t *last,
                     size_t size);
void ac_history_close(struct ac_history_view *view);

#ifdef __cplusplus
}
#endif
#endif
