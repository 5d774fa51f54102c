// SPDX-License-Identifier: MIT
// Traces and logs of others as programs, and programs as such traces.
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

/* What became of a trace. */
struct trace_summary {
    size_t calls;       /* in the program */
    size_t blocks;      /* allocated by them */
    size_t unseen;      /* left out: about a block of which the trace does not know */
    size_t failed;      /* left out: requests that were refused then */
    uint64_t live_peak; /* bytes asked for, at most at once */
    bool cut;           /* there was more than a program may hold */
};

enum trace_end {
    TRACE_READ,
    TRACE_WRONG, /* *error says where, and what was expected there */
    TRACE_MEMORY,
};

/* Reads a trace of the CMU malloc lab: four numbers (suggested heap size, ids, ops, weight), then
 * `a ID SIZE', `r ID SIZE', `f ID' (-1: of NULL), a line each. Slots are given lowest first and
 * used again; the program's memory limit is four times what is live at most. What was in `program'
 * is replaced; after TRACE_WRONG it is empty. */
enum trace_end trace_read_rep(struct ac_program *program, const char *text, size_t size,
                              struct trace_summary *summary, struct ac_text_error *error);

/* Reads a log of glibc's mtrace(3), as trace_read_rep otherwise: `= Start', `= End', and lines
 * `@ CALLER OP ADDRESS SIZE' where OP is +, -, < with > after it, or !. It tells sizes, not which
 * function was called: what it allocates is malloc. */
enum trace_end trace_read_mtrace(struct ac_program *program, const char *text, size_t size,
                                 struct trace_summary *summary, struct ac_text_error *error);

/* What a trace could not say. */
struct trace_left {
    size_t written;  /* ops of the trace */
    size_t plain;    /* calloc and aligned forms, written as an allocation of as many bytes */
    size_t left_out; /* ops without a word for them: frames, refusals, checks, misuses, other
                        threads', size 0, free of NULL, sizes that cannot be granted or exceed
                        2^31 - 1 */
};

/* Writes a program as a trace of the CMU malloc lab, every block a new id, as if all that can be
 * granted were. False: out of memory. Where nothing can be said, nothing is written. */
bool trace_write_rep(const struct ac_program *program, FILE *to, struct trace_left *left);

#ifdef __cplusplus
}
#endif
#endif
