// SPDX-License-Identifier: MIT
// Probes: small functions that each find out one thing about an allocator, in a process of its own
// or one that several share. The results lie in memory that the parent sees, so that the end of the
// process is a result too.
#ifndef ALLOCHECK_PROBE_H
#define ALLOCHECK_PROBE_H

#include "allocheck/measure.h"
#include "allocheck/run.h"
#include "allocheck/source.h"

/* The call that runs, for the parent to tell what ended the process. */
struct ac_probe_step {
    uint8_t running; /* 1: what it is about to do is legal and must return */
    uint8_t limited; /* 1: memory of the process is limited */
    uint8_t function;
    uint64_t size, alignment;
};

/* Shared by the process that measures and its parent. */
struct ac_probing {
    uint32_t depth; /* enum ac_measure_depth */
    uint32_t at;    /* the probe that runs, or that is next */
    struct ac_probe_step step;
    uint8_t in_misuse;          /* 1: a misuse is being made; what ends the process caught it */
    char fatal[AC_MISUSE_TEXT]; /* what the fatal handler was told; empty: nothing */
    struct ac_measured measured;
};

/* Where a probe runs. */
struct ac_bench {
    const struct ac_allocator *allocator;
    void *heap;
    struct ac_source *source; /* NULL: the allocator finds its own pages */
    struct ac_page_source pages;
    struct ac_probing *probing;
    struct ac_measured *measured;
    struct ac_progress *progress; /* of the process, for the parent's watch */
};

/* Runs the probe `at` in a fresh process, and those after it that may share it. Leaves `at` at the
 * next; equal to ac_probe_count() when all are done. False: no memory to begin. */
bool ac_probe_from(const struct ac_allocator *allocator, struct ac_probing *probing,
                   struct ac_progress *progress);
uint32_t ac_probe_count(void);

/* What a probe is about, by its number: for the misuse probes, which one; else -1. */
int ac_probe_misuse_at(uint32_t at);

/* --- calls, as probes make them (probe_call.c) --- */

struct ac_probe_call {
    enum ac_function function;
    void *old;        /* realloc, reallocarray */
    size_t alignment; /* aligned forms */
    size_t count;     /* calloc, reallocarray */
    size_t size;
};

struct ac_probe_answer {
    void *block;
    unsigned seen; /* AC_SEEN_BLOCK, or how it was refused */
};

struct ac_probe_answer ac_probe_ask(struct ac_bench *bench, const struct ac_probe_call *call);
void *ac_probe_malloc(struct ac_bench *bench, size_t size);
void ac_probe_free(struct ac_bench *bench, void *block);
size_t ac_probe_usable_size(struct ac_bench *bench, void *block);
void ac_probe_learn_boundaries(struct ac_bench *bench);

/* Allocates and frees blocks of many sizes, so that what follows meets a heap in use. */
void ac_probe_churn(struct ac_bench *bench);

/* --- the probes; `which` counts from 0 --- */

void ac_probe_zero(struct ac_bench *bench, unsigned which);         /* an enum ac_function */
void ac_probe_realloc_zero(struct ac_bench *bench, unsigned which); /* 0, 1: two sizes, ... */
void ac_probe_refusal(struct ac_bench *bench, unsigned which);      /* function * causes + cause */
void ac_probe_absurd(struct ac_bench *bench, unsigned which);       /* an aligned form */
void ac_probe_exhaust(struct ac_bench *bench, unsigned which);      /* a size */
void ac_probe_min_alignment(struct ac_bench *bench, unsigned which);
void ac_probe_keeps_alignment(struct ac_bench *bench, unsigned which);
void ac_probe_usable(struct ac_bench *bench, unsigned which);
void ac_probe_largest(struct ac_bench *bench, unsigned which);
void ac_probe_boundaries(struct ac_bench *bench, unsigned which);
void ac_probe_misuse(struct ac_bench *bench, unsigned which); /* misuse * tries + try */

enum { AC_ALIGNED_FORMS = 3, AC_EXHAUST_SIZES = 3, AC_REALLOC_ZERO_WAYS = 6 };

#endif
