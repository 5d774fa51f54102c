// SPDX-License-Identifier: MIT
// Checks a C file that was made for a finding: it must fail on the allocator and, if it calls the
// names of libc, pass on the C library.
#ifndef ALLOCHECK_VERIFY_H
#define ALLOCHECK_VERIFY_H

#include "export/export.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { VERIFY_WHY = 240 };

/* How the C file is compiled and run. */
struct verify_options {
    double call_seconds;  /* limit of a call, which the C file has too; 0: AC_CALL_SECONDS */
    uint64_t memory;      /* resident bytes of the process; 0: AC_MEMORY */
    uint64_t deadline_ms; /* of clock_ms(), for everything together; 0: none */
    int exit_status;      /* with which the allocator ends the process; 0: it does not */
    bool is_race;         /* it may need several runs */
    /* What the file shows, to tell whether the C library deviates as well; NULL: unknown. */
    const struct ac_program *program;
    const struct ac_finding *finding;
};

struct verified {
    bool shown;            /* it was verified */
    bool passes_on_libc;   /* checked for names of libc only */
    bool libc_deviates;    /* it fails on the C library, which has the same finding */
    bool same_addresses;   /* it fails only without address space randomisation */
    unsigned failed, runs; /* of a race: the runs on the allocator that failed, of these */
    char why[VERIFY_WHY];  /* why not, in one line */
};

enum { VERIFIED_TEXT = 100 };

/* What a verified file does: `fails on the allocator and passes on the C library'. */
const char *verified_text(const struct verified *verified, char text[VERIFIED_TEXT]);

/* Compiles the file with the system's C compiler (`cc' in PATH, else $CC) in a temporary folder and
 * runs it as its banner says: several times if need be, first as a person would, then without
 * address space randomisation, as the tool's children run. `exported` is what export_c said of the
 * file. */
struct verified verify_c(const struct verify_options *options, const struct ac_target *target,
                         const struct exported *exported, const char *text, size_t length);

#ifdef __cplusplus
}
#endif
#endif
