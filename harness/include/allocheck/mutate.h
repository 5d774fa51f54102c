// SPDX-License-Identifier: MIT
// Changes programs, as engines ask for it: on ops, so that what comes out is always a program.
#ifndef ALLOCHECK_MUTATE_H
#define ALLOCHECK_MUTATE_H

#include "generate.h"
#include "program.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Changes a normal program by a few mutations drawn from the table; the same for the same program,
 * seed and options. What is drawn anew keeps to the groups of the head, and a head to the groups,
 * sources and limit of the options. The program stays normal and has at most `max_ops` ops (1 or
 * more). False: out of memory, the program is normal but may have been changed in part. */
bool ac_mutate(struct ac_program *program, uint64_t seed, const struct ac_generate_options *options,
               size_t max_ops);

/* Makes `out` of two normal programs: parts of both one after another, one inside the other, or in
 * turns, under one of the heads. At most `max_ops` ops (1 or more). `out` is neither of the two.
 * False: out of memory, `out` is empty. */
bool ac_crossover(struct ac_program *out, const struct ac_program *left,
                  const struct ac_program *right, uint64_t seed, size_t max_ops);

/* The mutations of the table, 0 .. ac_mutation_count() - 1. */
size_t ac_mutation_count(void);
const char *ac_mutation_name(size_t mutation);

enum ac_mutated {
    AC_MUTATED,     /* applied; what it drew may be what was there */
    AC_NOT_APPLIED, /* it does not fit this program, which is as it was */
    AC_MUTATE_NO_MEMORY,
};

/* Applies one mutation of the table, once; otherwise as ac_mutate. */
enum ac_mutated ac_mutate_by(size_t mutation, struct ac_program *program, uint64_t seed,
                             const struct ac_generate_options *options, size_t max_ops);

/* As ac_encode, but takes ops from the end of the program until its bytes fit `capacity`, and
 * makes slots that bytes cannot name fit by wrapping them. 0: not even the head fits. */
size_t ac_encode_fitting(struct ac_program *program, uint8_t *bytes, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
