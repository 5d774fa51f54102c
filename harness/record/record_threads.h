// SPDX-License-Identifier: MIT
// Which thread of the program each thread of a log is.
#ifndef ALLOCHECK_CLI_RECORD_THREADS_H
#define ALLOCHECK_CLI_RECORD_THREADS_H

#include "allocheck/op.h"

#include "record/recorder/record_log.h"

#include <stdbool.h>
#include <stddef.h>

struct record_thread; /* of the log */

struct record_threads {
    struct record_thread *at;      /* by number in the log */
    unsigned most;                 /* numbers that there are, the main thread's included */
    uint32_t live[AC_MAX_THREADS]; /* threads of the log that have a number, by number */
    unsigned used;                 /* numbers that were given, the main thread's included */
    size_t shared;                 /* threads that were given the number of another */
};

/* Finds out where the threads of the first `count' entries end. `most': 1 .. AC_MAX_THREADS.
 * False: out of memory. */
bool record_threads_init(struct record_threads *threads, const struct record_log *log, size_t count,
                         unsigned most);
void record_threads_destroy(struct record_threads *threads);

/* The number of a thread of the log; the lowest that is free is given at its first call. Where all
 * are taken, threads share them in turn. */
uint8_t record_threads_number(struct record_threads *threads, uint16_t thread);

/* After the entry at `index', which is of a thread of the log: true where nobody needs the number
 * any more that it had, because the last of those who had it has ended. */
bool record_threads_end(struct record_threads *threads, uint16_t thread, size_t index,
                        uint8_t *number);

#endif
