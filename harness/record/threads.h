// SPDX-License-Identifier: MIT
// Maps the threads of a log to threads of the program, which are few.
#ifndef ALLOCHECK_RECORD_THREADS_H
#define ALLOCHECK_RECORD_THREADS_H

#include "allocheck/op.h"

#include "record/recorder/record_log.h"

#include <stdbool.h>
#include <stddef.h>

struct record_thread; /* of the log */

struct record_threads {
    struct record_thread *at;      /* by number in the log */
    unsigned most;                 /* numbers, including the main thread's */
    uint32_t live[AC_MAX_THREADS]; /* live threads of the log, by number */
    unsigned used;                 /* numbers in use so far, including the main thread's */
    size_t shared;                 /* threads that share a number */
};

/* Finds where the threads of the first `count` entries end. `most`: 1 to AC_MAX_THREADS. False: out
 * of memory. */
bool record_threads_init(struct record_threads *threads, const struct record_log *log, size_t count,
                         unsigned most);
void record_threads_destroy(struct record_threads *threads);

/* The number of a thread of the log: the lowest free one at its first call. If none is free, it
 * shares one. */
uint8_t record_threads_number(struct record_threads *threads, uint16_t thread);

/* To be called after the entry at `index` of that thread. True if it ends the last thread with this
 * number. */
bool record_threads_end(struct record_threads *threads, uint16_t thread, size_t index,
                        uint8_t *number);

#endif
