// SPDX-License-Identifier: MIT
// Exports a program as a C file that reproduces its finding without allocheck.
#ifndef ALLOCHECK_EXPORT_H
#define ALLOCHECK_EXPORT_H

#include "allocheck/journal.h"
#include "allocheck/oracle.h"
#include "allocheck/program.h"
#include "allocheck/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct export_options {
    const struct ac_target *target; /* of the run */
    const char *file;               /* name of the C file, for the comment; NULL: FILE.c */
    const char *input;              /* its name, for the comment; NULL: none */
    const char *command;            /* reproduces the finding; NULL: none */
    const char *include;   /* folder with allocheck/allocator.h, for the comment; NULL: INCLUDE */
    const char *prefix;    /* of function names (`my_' for my_malloc); NULL: libc's names */
    bool interface;        /* call ac_allocator even if names suffice */
    bool names;            /* call libc's names even if the library exports an ac_allocator */
    unsigned call_seconds; /* time limit for a liveness finding; 0: 5 */
    bool same_addresses;   /* the banner runs it without address space randomisation */
    unsigned failed, runs; /* of a race, for the banner: runs that failed, of these; 0: unknown */
    bool libc_deviates;    /* the C library has the finding as well, for the banner */
    const struct ac_journal *journal; /* of the failing run, which says what ran; NULL: none */
    const char *not_verified;         /* why not, for the banner; NULL: say nothing */
};

enum { EXPORT_REASON = 200 };

/* How a C file reaches the allocator. */
enum export_use {
    EXPORT_USES_LIBC,     /* it tests the C library */
    EXPORT_PRELOADS,      /* LD_PRELOAD=LIBRARY ./repro */
    EXPORT_LINKS,         /* cc repro.c LIBRARY: the functions have a prefix */
    EXPORT_LOADS,         /* ./repro LIBRARY: it loads the library and calls its ac_allocator */
    EXPORT_NEEDS_LIBRARY, /* one with libc's names, which the target is not */
};

/* The result. */
struct exported {
    bool interface; /* the file calls ac_allocator; else function names */
    enum export_use use;
    const char *flags;          /* for the compiler, after the file, each with a space before it */
    char reason[EXPORT_REASON]; /* why there is no file */
};

/* Writes a self-contained C11 file. It exits with 1 and one line, or dies by a signal, while the
 * finding is present, else exits with 0. `finding` is from a run on the target; NULL: none, the
 * file then checks all it can. The file calls functions by name if that can show the finding, else
 * ac_allocator. False: nothing is written and the reason names the oracle; this holds for findings
 * that need several processes or a sanitizer, and for a prefix if names cannot show the finding. */
bool export_c(const struct export_options *options, const struct ac_program *program,
              const struct ac_finding *finding, FILE *to, struct exported *exported);

/* The same in short: the calls of the failing run as its journal recorded them, one after another,
 * and the one check that failed. `fills`: each block is filled, as its owner would. False, beside
 * the above: it makes many calls, or needs a page source, frames, misuses or forks. */
bool export_calls_c(const struct export_options *options, const struct ac_program *program,
                    const struct ac_finding *finding, bool fills, FILE *to,
                    struct exported *exported);

/* The same for a finding of a race run: the threads of the file run concurrently, for many rounds,
 * each with its own ops, and hand slots over in program order. The first failed check ends the
 * file. Refuses programs that end threads, fork, refuse pages or free in bulk, and findings that
 * need a sanitizer. */
bool export_race_c(const struct export_options *options, const struct ac_program *program,
                   const struct ac_finding *finding, FILE *to, struct exported *exported);

#ifdef __cplusplus
}
#endif
#endif
