// SPDX-License-Identifier: MIT
// Programs from a random seed: each draws its campaign first (swarm testing), then its ops.
#ifndef ALLOCHECK_GENERATE_H
#define ALLOCHECK_GENERATE_H

#include "program.h"
#include "random.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { AC_MAX_BOUNDARIES = 128 };

/* Sizes at which an allocator's usable size jumps: the largest size of each class. Learned by the
 * caller; may be empty. */
struct ac_boundaries {
    size_t count;
    uint64_t at[AC_MAX_BOUNDARIES];
};

struct ac_generate_options {
    unsigned sources;   /* kinds to draw from, enum ac_source_kind; 0: mmap */
    uint16_t groups;    /* that may be on */
    uint32_t max_ops;   /* 1 .. ; ops of the longest program */
    uint64_t max_limit; /* bytes; the largest limit drawn; 0: 64M, seldom above 1M */
    const struct ac_boundaries *boundaries; /* NULL: none */
};

/* Fills `program` with the program of a random seed: the same for the same seed and options.
 * False: out of memory. */
bool ac_generate(struct ac_program *program, uint64_t seed,
                 const struct ac_generate_options *options);

/* Draws a head, an op or an operand, as ac_generate does; for mutators. */
void ac_draw_head(struct ac_head *head, struct ac_random *random,
                  const struct ac_generate_options *options);
void ac_draw_op(struct ac_op *op, const struct ac_head *head, struct ac_random *random,
                const struct ac_generate_options *options);
struct ac_operand ac_draw_size(const struct ac_head *head, struct ac_random *random,
                               const struct ac_boundaries *boundaries);
struct ac_operand ac_draw_alignment(struct ac_random *random);

#ifdef __cplusplus
}
#endif
#endif
