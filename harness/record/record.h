// SPDX-License-Identifier: MIT
// Records a command: runs it with the recorder preloaded and turns the log into a program.
#ifndef ALLOCHECK_RECORD_H
#define ALLOCHECK_RECORD_H

#include "allocheck/program.h"

#include "record/recorder/record_log.h"

#include <stdbool.h>

struct record {
    const char *to;   /* file of the program */
    char **command;   /* NULL ends the list */
    size_t calls;     /* at most, 1 to AC_MAX_CALLS */
    unsigned threads; /* of the program, 1 to AC_MAX_THREADS; 1: all calls on the main thread */
};

struct record_summary {
    size_t calls;       /* in the program */
    size_t blocks;      /* that they allocate */
    size_t unseen;      /* calls omitted, on blocks that the log does not know */
    size_t exits;       /* of threads, in the program */
    size_t threads;     /* that made calls */
    size_t shared;      /* threads that share a number with another one */
    uint64_t live_peak; /* peak of requested bytes that were live */
    bool truncated;     /* the command made more calls */
};

/* Runs the command, writes the program and prints a summary to standard error. Returns an exit
 * status. */
int record_command(const struct record *record);

/* --- run_command.c --- */

/* Runs the command with the recorder preloaded and waits for it. The caller frees the log with
 * record_log_delete(). NULL: a message has been printed. */
struct record_log *record_run(char **command, int *wait_status);
void record_log_delete(struct record_log *log);

/* --- program.c --- */

/* Turns the log into a program that reuses slots, the lowest first. False: out of memory. */
bool record_program(const struct record_log *log, const struct record *record,
                    struct ac_program *program, struct record_summary *summary);

#endif
