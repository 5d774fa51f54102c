// SPDX-License-Identifier: MIT
// A process with limits: a compiler, or a C file that it made.
#ifndef ALLOCHECK_VERIFY_PROCESS_H
#define ALLOCHECK_VERIFY_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

struct process {
    const char *const
        *arguments;        /* the program, found in PATH, and its arguments; NULL ends them */
    const char *preload;   /* LD_PRELOAD; NULL: unset */
    const char *folder;    /* LD_LIBRARY_PATH; NULL: unchanged */
    const char *temporary; /* TMPDIR; NULL: unchanged */
    const char *log;       /* file for what it writes */
    bool same_addresses;   /* without address space randomisation, as the tool's children */
    uint64_t most_ms;      /* wall time */
    uint64_t memory;       /* bytes that it may have resident; 0: no limit */
};

enum process_end {
    PROCESS_EXITED,    /* number: its status */
    PROCESS_KILLED,    /* number: the signal */
    PROCESS_TIMED_OUT, /* number: unused, as below */
    PROCESS_OVER_MEMORY,
    PROCESS_INTERRUPTED, /* Ctrl-C (tool/interrupt.h) */
    PROCESS_NOT_STARTED,
};

enum { PROCESS_NOT_FOUND = 127 }; /* status if there is no such program */

struct process_result {
    enum process_end end;
    int number;
};

/* Runs a process in a new process group, without a core file or standard input, and kills what is
 * left of the group at its end. The group dies with the tool. */
struct process_result process_run(const struct process *process);

#endif
