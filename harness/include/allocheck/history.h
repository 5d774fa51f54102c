// SPDX-License-Identifier: MIT
// The inputs that a process has run since it started, in a file that outlives it: an allocator
// without instances carries state from one input to the next, so a finding may need them all.
#ifndef ALLOCHECK_HISTORY_H
#define ALLOCHECK_HISTORY_H

#include "oracle.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- in the process that runs them --- */

struct ac_history;

/* A history in a file of 16 MiB, which is made where it is not there. Processes share it, one after
 * another, each with a history of its own; the oldest inputs make room for new ones. NULL: errno
 * says why. Never closed. */
struct ac_history *ac_history_open(const char *path);

/* An input is about to run. One of more than 64 KiB is not kept: the history begins after it. */
void ac_history_add(struct ac_history *history, const uint8_t *bytes, size_t size);

/* What the input added last has shown. */
void ac_history_blame(struct ac_history *history, const struct ac_finding *finding);

/* --- in whoever looks at the file --- */

struct ac_history_input {
    const uint8_t *bytes;
    size_t size;
};

/* Inputs of one process in the order in which they ran. */
struct ac_history_view {
    struct ac_history_input *inputs;
    size_t count;
    bool blamed; /* finding is what the last of them showed */
    struct ac_finding finding;
    void *file; /* the view's own */
    size_t capacity;
};

/* Fills `view` with the inputs of the process that ran these bytes last of all. The writer may be
 * at work: what it wrote before that process ended is what is seen. False: there is no such
 * process in the file, or no memory; the view is empty. */
bool ac_history_read(struct ac_history_view *view, const char *path, const uint8_t *last,
                     size_t size);
void ac_history_close(struct ac_history_view *view);

#ifdef __cplusplus
}
#endif
#endif
