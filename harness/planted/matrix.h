// SPDX-License-Identifier: MIT
// The kill matrix: how many generated programs it takes to find each planted bug, and which oracle
// finds it; and that clean builds pass many more programs.
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
    AC_MATRIX_CALL_MS = 300,    /* CPU time limit of a call */
    AC_MATRIX_RACE_ROUNDS = 20, /* of each program in race runs */
    AC_MATRIX_CONFIRMS = 10, /* more race runs of a program with a finding, with different seeds */
};

/* How programs run. */
enum ac_matrix_mode {
    AC_MATRIX_RUNS,    /* once each */
    AC_MATRIX_REPLAYS, /* with replay oracles, too */
    AC_MATRIX_RACES,   /* in race runs, spread over threads */
    AC_MATRIX_FORKS,   /* in race runs with forks */
    AC_MATRIX_MODES
};

struct ac_matrix_options {
    uint64_t seed;         /* random seed of the first program; then consecutive ones */
    uint64_t programs;     /* at most, for a planted-bug allocator */
    ac_oracle_set oracles; /* to check */
    bool (*stop)(void);    /* as in struct ac_child_options; NULL: never */
};

/* The result for a planted-bug allocator or a clean build. */
struct ac_matrix_result {
    bool ran;                /* false: no child could be started, the rest is invalid */
    struct ac_report report; /* the first finding, if any; counts and checks of all programs */
    uint64_t programs;       /* executed, up to the one with the finding */
    uint64_t seed;           /* of the last one */
    double seconds;          /* wall time */
    uint32_t confirmed;      /* of AC_MATRIX_CONFIRMS race runs; else 0 */
};

/* How programs run on a planted-bug allocator. */
enum ac_matrix_mode ac_matrix_mode_of(const struct ac_planted_bug *planted);

/* Runs generated programs on a planted-bug allocator until the first finding. */
void ac_matrix_find(const struct ac_planted_bug *planted, const struct ac_matrix_options *options,
                    struct ac_matrix_result *result);

/* Makes the program of a random seed, as ac_matrix_find runs it. False: out of memory. */
bool ac_matrix_program(const struct ac_planted_bug *planted, uint64_t seed,
                       struct ac_program *program);

/* Runs `programs` generated programs on a clean build until the first finding, which would be a
 * bug. */
void ac_matrix_check_clean(const struct ac_allocator *clean_build,
                           const struct ac_matrix_options *options, uint64_t programs,
                           enum ac_matrix_mode mode, struct ac_matrix_result *result);

#ifdef __cplusplus
}
#endif
#endif
