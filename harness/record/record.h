// SPDX-License-Identifier: MIT
// Recording a command: run it, then turn the log into a program.
#ifndef ALLOCHECK_CLI_RECORD_H
#define ALLOCHECK_CLI_RECORD_H

#include "allocheck/program.h"

#include "export/live_slots.h"
#include "record/recorder/record_log.h"

/* record_run.c */

/* Runs the command with the recorder preloaded and waits for it. NULL: a message has been printed.
 * The log is to be given back with record_log_delete. */
struct record_log *record_run(char **command, int *wait_status);
void record_log_delete(struct record_log *log);

/* record_program.c */

struct record_options {
    size_t calls;     /* at most, 1 .. AC_MAX_CALLS */
    unsigned threads; /* of the program, 1 .. AC_MAX_THREADS; 1: all calls are the main thread's */
};

struct record_summary {
    size_t calls;       /* in the program */
    size_t blocks;      /* allocated by them */
    size_t unseen;      /* left out: about a block of which the log does not know */
    size_t exits;       /* of threads, in the program */
    size_t threads;     /* that called */
    size_t shared;      /* of those, that had to take the number of another one */
    uint64_t live_peak; /* bytes asked for, at most at once */
    bool cut;           /* there was more than fits */
};

/* Turns the log into a program: slots are given lowest first and used again. False: out of memory.
 */
bool record_program(const struct record_log *log, const struct record_options *options,
                    struct ac_program *program, struct record_summary *summary);

#endif
