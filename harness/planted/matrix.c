// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* clock_gettime */
#include "matrix.h"

#include "allocheck/boundaries.h"
#include "allocheck/child.h"

#include <string.h>
#include <time.h>

/* A planted-bug allocator hangs at once, so the time limit can be shorter than for others. */
enum { CALL_MS = AC_MATRIX_CALL_MS, MAX_OPS = 32, MAX_LIMIT = 1 << 22 };

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Single-threaded programs that are spread over threads race more often; but fork needs the group
 * THREADS. */
static uint16_t groups_for(enum ac_matrix_mode mode) {
    return mode == AC_MATRIX_RACES ? (uint16_t) ~(1u << AC_GROUP_THREADS) : UINT16_MAX;
}

static struct ac_generate_options generate_options(const struct ac_allocator *allocator,
                                                   enum ac_matrix_mode mode,
                                                   const struct ac_boundaries *boundaries) {
    return (struct ac_generate_options){.sources = allocator->sources,
                                        .groups = groups_for(mode),
                                        .max_ops = MAX_OPS,
                                        .max_limit = MAX_LIMIT,
                                        .boundaries = boundaries};
}

static struct ac_child *new_child(const struct ac_allocator *allocator,
                                  const struct ac_matrix_options *options) {
    const struct ac_child_options child_options = {.target = ac_target_of(allocator),
                                                   .oracles = options->oracles,
                                                   .free_at_end = true,
                                                   .call_ms = CALL_MS,
                                                   .stop = options->stop};
    return ac_child_new(&child_options);
}

/* Seed and count are set later. */
static void run_programs(const struct ac_allocator *allocator,
                         const struct ac_matrix_options *options,
                         const struct ac_batch_options *how, uint64_t programs,
                         struct ac_matrix_result *result) {
    struct ac_batch_options batch_options = *how;
    struct ac_batch done;
    struct ac_child *child = new_child(allocator, options);
    const double start = seconds_now();
    batch_options.first_seed = options->seed;
    batch_options.count = programs;
    memset(result, 0, sizeof *result);
    if (child == NULL)
        return;
    result->ran = ac_child_batch(child, &batch_options, &done) == AC_CHILD_RAN;
    ac_child_delete(child);
    result->seconds = seconds_now() - start;
    result->report = done.sum;
    result->programs = done.programs;
    result->seed = done.seed;
}

/* --- race runs --- */

/* The number of race runs of a program that find the same again. */
static uint32_t confirm(const struct ac_planted_bug *planted,
                        const struct ac_matrix_options *options, const struct ac_program *program,
                        enum ac_oracle oracle) {
    uint32_t confirmed = 0;
    struct ac_child *child = new_child(planted->allocator, options);
    for (uint64_t seed = 0; child != NULL && seed < AC_MATRIX_CONFIRMS; seed++) {
        const struct ac_race_options race = {
            .seed = seed,
            .rounds = AC_MATRIX_RACE_ROUNDS,
            .growth_rounds = oracle == AC_ORACLE_NO_GROWTH ? AC_RACE_GROWTH_SHORT : 0};
        struct ac_report report;
        confirmed += ac_child_race(child, program, &race, &report) == AC_CHILD_RAN &&
                     report.found && report.finding.oracle == oracle;
    }
    ac_child_delete(child);
    return confirmed;
}

static void confirm_found(const struct ac_planted_bug *planted,
                          const struct ac_matrix_options *options,
                          struct ac_matrix_result *result) {
    struct ac_program program;
    ac_program_init(&program);
    if (result->report.found && ac_matrix_program(planted, result->seed, &program))
        result->confirmed = confirm(planted, options, &program, result->report.finding.oracle);
    ac_program_destroy(&program);
}

/* --- entry points --- */

enum ac_matrix_mode ac_matrix_mode_of(const struct ac_planted_bug *planted) {
    if (planted->is_race)
        return planted->expected == AC_ORACLE_FORK_SAFE ? AC_MATRIX_FORKS : AC_MATRIX_RACES;
    return planted->expected != AC_ORACLES && ac_oracle_info(planted->expected)->when == AC_REPLAY
               ? AC_MATRIX_REPLAYS
               : AC_MATRIX_RUNS;
}

static struct ac_batch_options options_for(enum ac_matrix_mode mode,
                                           const struct ac_allocator *allocator,
                                           const struct ac_boundaries *boundaries) {
    return (struct ac_batch_options){
        .generate = generate_options(allocator, mode, boundaries),
        .replay = mode == AC_MATRIX_REPLAYS,
        .race_rounds = mode >= AC_MATRIX_RACES ? AC_MATRIX_RACE_ROUNDS : 0,
    };
}

void ac_matrix_find(const struct ac_planted_bug *planted, const struct ac_matrix_options *options,
                    struct ac_matrix_result *result) {
    struct ac_boundaries boundaries;
    ac_learn_boundaries(planted->clean_build, &boundaries);
    struct ac_batch_options how =
        options_for(ac_matrix_mode_of(planted), planted->allocator, &boundaries);
    how.race_growth = planted->expected == AC_ORACLE_NO_GROWTH;
    run_programs(planted->allocator, options, &how, options->programs, result);
    if (planted->is_race)
        confirm_found(planted, options, result);
}

bool ac_matrix_program(const struct ac_planted_bug *planted, uint64_t seed,
                       struct ac_program *program) {
    struct ac_boundaries boundaries;
    ac_learn_boundaries(planted->clean_build, &boundaries);
    const struct ac_generate_options options =
        generate_options(planted->allocator, ac_matrix_mode_of(planted), &boundaries);
    const bool made = ac_generate(program, seed, &options);
    if (made && planted->is_race)
        ac_race_spread(program, seed);
    return made;
}

void ac_matrix_check_clean(const struct ac_allocator *clean_build,
                           const struct ac_matrix_options *options, uint64_t programs,
                           enum ac_matrix_mode mode, struct ac_matrix_result *result) {
    struct ac_boundaries boundaries;
    ac_learn_boundaries(clean_build, &boundaries);
    const struct ac_batch_options how = options_for(mode, clean_build, &boundaries);
    run_programs(clean_build, options, &how, programs, result);
}
