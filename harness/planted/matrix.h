// SPDX-License-Identifier: MIT
// The kill matrix: how many generated programs it takes until a planted-bug allocator dies, and of
// what; and that the clean clean builds survive many more.
#ifndef ALLOCHECK_MATRIX_H
#define ALLOCHECK_MATRIX_H

#include "planted.h"

#include "allocheck/program.h"
#include "allocheck/run.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    AC_MATRIX_CALL_MS = 300,    /* of CPU time that a call of a planted-bug allocator may take */
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
    uint64_t programs;     /* that a planted-bug allocator gets at most */
    ac_oracle_set oracles; /* that check */
};

/* What came of one planted-bug allocator or clean build. */
struct ac_matrix_result {
    bool ran;                /* false: no child could be had, nothing is known */
    struct ac_report report; /* found: the first finding; counts and checks of all programs */
    uint64_t programs;       /* executed; the one with the finding is the last */
    uint64_t seed;           /* of that one */
    double seconds;          /* of wall time */
    uint32_t confirmed;      /* of AC_MATRIX_CONFIRMS race runs; 0 where no race run found it */
};

/* How a planted-bug allocator is found. */
enum ac_matrix_way ac_matrix_way_of(const struct ac_planted_bug *planted);

/* Runs generated programs on a planted-bug allocator until the first finding. */
void ac_matrix_campaign(const struct ac_planted_bug *planted,
                        const struct ac_matrix_options *options, struct ac_matrix_result *result);

/* Makes the program of a random seed, as ac_matrix_campaign runs it. False: out of memory. */
bool ac_matrix_program(const struct ac_planted_bug *planted, uint64_t seed,
                       struct ac_program *program);

/* Runs `programs` generated programs on a clean allocator until the first finding (there should be
 * none). */
void ac_matrix_clean_build(const struct ac_allocator *clean_build,
                           const struct ac_matrix_options *options, uint64_t programs,
                           enum ac_matrix_way way, struct ac_matrix_result *result);

#ifdef __cplusplus
}
#endif
#endif
