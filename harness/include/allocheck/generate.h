// SPDX-License-Identifier: MIT
// Programs from a random seed. Each first draws its swarm configuration, then its ops.
#ifndef ALLOCHECK_GENERATE_H
#define ALLOCHECK_GENERATE_H

#include "program.h"
#include "without.h"
#include "random.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { AC_MAX_BOUNDARIES = 128 };

/* The size-class boundaries of an allocator: the largest size of each class. May be empty. */
struct ac_boundaries {
    size_t count;
    uint64_t at[AC_MAX_BOUNDARIES];
};

struct ac_generate_options {
    unsigned sources;   /* allowed page sources, bits of enum ac_source_kind; 0: mmap */
    uint16_t groups;    /* allowed groups, bits by enum ac_group */
    uint32_t max_ops;   /* of a program; at least 1 */
    uint64_t max_limit; /* bytes: the largest memory limit; 0: 64M, mostly up to 1M */
    const struct ac_boundaries *boundaries; /* NULL: none */
    struct ac_without without;
};

/* Generates the program of a random seed. The seed and the options determine it. False: out of
 * memory. */
bool ac_generate(struct ac_program *program, uint64_t seed,
                 const struct ac_generate_options *options);

/* Draw a head, an op or an operand as ac_generate does. */
void ac_generate_head(struct ac_head *head, struct ac_random *random,
                      const struct ac_generate_options *options);
void ac_generate_op(struct ac_op *op, const struct ac_head *head, struct ac_random *random,
                    const struct ac_generate_options *options);
struct ac_operand ac_generate_size(const struct ac_head *head, struct ac_random *random,
                                   const struct ac_boundaries *boundaries);
struct ac_operand ac_generate_alignment(struct ac_random *random);

#ifdef __cplusplus
}
#endif
#endif
