// SPDX-License-Identifier: MIT
// Mutation and crossover of programs for fuzz engines. They change ops, so results are always
// valid.
#ifndef ALLOCHECK_MUTATE_H
#define ALLOCHECK_MUTATE_H

#include "generate.h"
#include "program.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Applies a few random mutations to a valid program. Program, seed and options determine the
 * result, which is valid and has at most `max_ops` ops (at least 1). New ops use the groups of the
 * head; a new head uses the groups, sources and limit of the options. False: out of memory; the
 * program is valid and may have changed. */
bool ac_mutate(struct ac_program *program, uint64_t seed, const struct ac_generate_options *options,
               size_t max_ops);

/* Combines two valid programs into `out` (a third one): parts of both in sequence, nested or
 * interleaved, under one of the heads, with at most `max_ops` ops (at least 1). False: out of
 * memory, `out` is empty. */
bool ac_crossover(struct ac_program *out, const struct ac_program *left,
                  const struct ac_program *right, uint64_t seed, size_t max_ops);

/* Like ac_encode, but removes ops from the end of the program until its bytes fit `capacity`, and
 * wraps slots that the byte form lacks. 0: not even the head fits. */
size_t ac_encode_fitting(struct ac_program *program, uint8_t *bytes, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
