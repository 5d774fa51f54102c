// SPDX-License-Identifier: MIT
// The kill matrix: how many generated programs it takes until a specimen dies, and of what; and
// that the clean twins survive many more.
#ifndef ALLOCHECK_MATRIX_H
#define ALLOCHECK_MATRIX_H

#include "specimen.h"

#include "allocheck/program.h"
#include "allocheck/run.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    AC_MATRIX_CALL_MS = 300,    /* of CPU time that a call of a specimen may take */
    AC_MATRIX_RACE_ROUNDS = 20, /* of each program, where race runs are to show it */
    AC_MATRIX_CONFIRMS = 10,    /* race runs of a program that has shown it, each of its own seed */
};

/* How programs are run. */
enum ac_matrix_way {
    AC_MATRIX_RUNS,    /* once each */
    AC_MATRIX_REPLAYS, /* through the oracles that need several runs as well */
    AC_MATRIX_RACES,   /* spread over threads that run at the same time */
    AC_MATRIX_FORKS,   /* as above, and forking in between */
    AC_MATRIX_WAYS
};

struct ac_matrix_options {
    uint64_t seed;         /* random seed of the first program; the next ones follow */
    uint64_t programs;     /* that a specimen gets at most */
    ac_oracle_set oracles; /* that judge */
};

/* What came of one specimen or twin. */
struct ac_matrix_result {
    bool ran;                /* false: no child could be had, nothing is known */
    struct ac_report report; /* found: the first finding; counts and judgements of all programs */
    uint64_t programs;       /* executed; the one with the finding is the last */
    uint64_t seed;           /* of that one */
    double seconds;          /* of wall time */
    uint32_t confirmed;      /* of AC_MATRIX_CONFIRMS race runs; 0 where no race run found it */
};

/* How a specimen is found. */
enum ac_matrix_way ac_matrix_way_of(const struct ac_specimen *specimen);

/* Runs generated programs on a specimen until the first finding. */
void ac_matrix_hunt(const struct ac_specimen *specimen, const struct ac_matrix_options *options,
                    struct ac_matrix_result *result);

/* Makes the program of a random seed, as ac_matrix_hunt runs it. False: out of memory. */
bool ac_matrix_program(const struct ac_specimen *specimen, uint64_t seed,
                       struct ac_program *program);

/* Runs `programs` generated programs on a clean allocator until the first finding (there should be
 * none). */
void ac_matrix_twin(const struct ac_allocator *twin, const struct ac_matrix_options *options,
                    uint64_t programs, enum ac_matrix_way way, struct ac_matrix_result *result);

#ifdef __cplusplus
}
#endif
#endif
