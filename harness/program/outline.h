// SPDX-License-Identifier: MIT
// What a program asks for, worked out without running it: the sizes of its blocks, if every request
// that can be granted is.
#ifndef ALLOCHECK_OUTLINE_H
#define ALLOCHECK_OUTLINE_H

#include "allocheck/program.h"

/* The state between two ops. */
struct ac_outline {
    const struct ac_program *program;
    uint64_t *sizes; /* by slot: bytes of its block + 1; 0: the slot is empty */
    uint64_t slots;
    uint64_t live;    /* bytes of all blocks, those without a slot included */
    uint64_t largest; /* bytes of the largest block so far */
};

/* An op's request. */
struct ac_request {
    uint64_t size;  /* bytes; of a product that wraps, what is left of it */
    bool asks;      /* the op has a size */
    bool wraps;     /* it is a product above SIZE_MAX */
    bool has_block; /* the op works on a live block, */
    uint64_t was;   /* of this size */
};

/* Begins before the first op. The program must stay as it is. False: out of memory. */
bool ac_outline_begin(struct ac_outline *outline, const struct ac_program *program);
/* The request of the op's first round, which is the next op of the program. */
struct ac_request ac_outline_request(const struct ac_outline *outline, const struct ac_op *op);
/* Performs an op, repeats included. */
void ac_outline_step(struct ac_outline *outline, const struct ac_op *op);
void ac_outline_end(struct ac_outline *outline);

/* Bytes that `left` stands for in the op of this index. */
uint64_t ac_outline_left(const struct ac_program *program, size_t op);

#endif
