// SPDX-License-Identifier: MIT
// Converts between programs and foreign traces: CMU malloc lab (.rep), logs of glibc's mtrace.
#ifndef ALLOCHECK_EXPORT_TRACE_H
#define ALLOCHECK_EXPORT_TRACE_H

#include "allocheck/codec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What was read from a trace. */
struct trace_summary {
    size_t calls;       /* in the program */
    size_t blocks;      /* allocated by them */
    size_t unknown;     /* skipped lines about blocks that the trace did not allocate */
    size_t failed;      /* skipped requests that had failed */
    uint64_t live_peak; /* highest number of live bytes */
    bool truncated;     /* the program is full; the rest was dropped */
};

enum trace_end {
    TRACE_READ,
    TRACE_WRONG, /* *error says where and what was expected */
    TRACE_MEMORY,
};

/* Reads a trace of the CMU malloc lab: four numbers (suggested heap size, ids, ops, weight), then
 * one line per op: `a ID SIZE', `r ID SIZE', `f ID' (-1: NULL). Each block gets the lowest free
 * slot. The program's memory limit is at least four times the highest number of live bytes.
 * Replaces the content of `program'; after TRACE_WRONG it is empty. */
enum trace_end trace_read_rep(struct ac_program *program, const char *text, size_t size,
                              struct trace_summary *summary, struct ac_text_error *error);

/* Reads a log of glibc's mtrace(3) in the same way: `= Start', `= End', and lines `@ CALLER OP
 * ADDRESS SIZE' with OP +, -, !, or < followed by >. The log does not name functions, so every
 * allocation becomes malloc. */
enum trace_end trace_read_mtrace(struct ac_program *program, const char *text, size_t size,
                                 struct trace_summary *summary, struct ac_text_error *error);

/* What a trace cannot express. */
struct trace_losses {
    size_t written;   /* ops of the trace */
    size_t as_malloc; /* calloc and aligned forms, written as an allocation of the same size */
    size_t skipped;   /* ops without a word for them: frames, refusals, checks, misuses, other
                          threads', size 0, free of NULL, sizes that cannot be granted or exceed
                          2^31 - 1 */
};

/* Writes a program as a trace of the CMU malloc lab. Every block gets a new id; every request
 * counts as successful. False: out of memory. Writes nothing if no op can be expressed. */
bool trace_write_rep(const struct ac_program *program, FILE *to, struct trace_losses *losses);

#ifdef __cplusplus
}
#endif
#endif
