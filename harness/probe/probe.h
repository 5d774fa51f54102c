// SPDX-License-Identifier: MIT
// Probes: small functions that each measure one thing about an allocator, in a separate process
// or in a shared one. Results lie in memory that the parent sees, because the end of the process is
// a result too.
#ifndef ALLOCHECK_PROBE_H
#define ALLOCHECK_PROBE_H

#include "allocheck/measure.h"
#include "allocheck/run.h"
#include "allocheck/source.h"

/* The call in progress, so that the parent knows what ended the process. */
struct ac_probe_pending {
    uint8_t legal;   /* 1: a legal call is in progress and must return */
    uint8_t limited; /* 1: the memory of the process is limited */
    uint8_t function;
    uint8_t resizes; /* 1: a live block */
    uint8_t null;    /* enum ac_null; 0: it passes no NULL */
    uint64_t count;  /* 0: the function takes none */
    uint64_t size, alignment;
    uint64_t output; /* bytes that the process had written before the call */
};

/* Shared by the process that runs probes and its parent. */
struct ac_probe_state {
    uint32_t depth; /* enum ac_measure_depth */
    uint32_t at;    /* the current or next probe */
    struct ac_probe_pending pending;
    uint8_t in_misuse;          /* 1: a misuse is in progress; if the process ends, it was caught */
    char fatal[AC_MISUSE_TEXT]; /* the argument of the fatal handler; empty: it was not called */
    struct ac_measurement measured;
};

/* What a probe works with. */
struct ac_probe_env {
    const struct ac_allocator *allocator;
    void *heap;
    struct ac_source *source; /* NULL: the allocator finds its own pages */
    struct ac_page_source pages;
    struct ac_probe_state *state;
    struct ac_measurement *measured;
    struct ac_progress *progress; /* of the process, for the parent's watch */
};

/* Runs the probe `at` in a fresh process, and those after it that may share the process. Sets `at`
 * to the next one, or ac_probe_count(). False: no memory for a heap. */
bool ac_probe_run_from(const struct ac_allocator *allocator, struct ac_probe_state *state,
                       struct ac_progress *progress);
uint32_t ac_probe_count(void);

/* What the probe asks, such as `size 0'. */
const char *ac_probe_name(uint32_t at);

/* True if a measurement of that depth has the probe. */
bool ac_probe_is_asked(uint32_t at, enum ac_measure_depth depth);

/* The enum ac_misuse that a probe tries; -1: it is about something else. */
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

struct ac_probe_answer ac_probe_perform(struct ac_probe_env *env, const struct ac_probe_call *call);
void *ac_probe_malloc(struct ac_probe_env *env, size_t size);
void ac_probe_free(struct ac_probe_env *env, void *block);      /* NULL: makes no call */
void ac_probe_call_free(struct ac_probe_env *env, void *block); /* also of NULL */
size_t ac_probe_usable_size(struct ac_probe_env *env, void *block);
void ac_probe_learn_boundaries(struct ac_probe_env *env);

/* Allocates and frees blocks of many sizes, so that the next calls meet a used heap. */
void ac_probe_churn(struct ac_probe_env *env);

/* --- the probes; `which` counts from 0 --- */

void ac_probe_size_zero(struct ac_probe_env *env, unsigned which); /* an enum ac_function */
void ac_probe_null(struct ac_probe_env *env, unsigned which);      /* the bit of an enum ac_null */
void ac_probe_realloc_zero(struct ac_probe_env *env, unsigned which);
void ac_probe_refusal(struct ac_probe_env *env, unsigned which); /* function * causes + cause */
void ac_probe_huge_alignment(struct ac_probe_env *env, unsigned which); /* an aligned form */
void ac_probe_exhaust(struct ac_probe_env *env, unsigned which);        /* a size */
void ac_probe_min_alignment(struct ac_probe_env *env, unsigned which);
void ac_probe_keeps_alignment(struct ac_probe_env *env, unsigned which);
void ac_probe_slack(struct ac_probe_env *env, unsigned which);
void ac_probe_largest_request(struct ac_probe_env *env, unsigned which);
void ac_probe_boundaries(struct ac_probe_env *env, unsigned which);
void ac_probe_pool(struct ac_probe_env *env, unsigned which);
void ac_probe_freed_size(struct ac_probe_env *env, unsigned which);
void ac_probe_shrink(struct ac_probe_env *env, unsigned which);
void ac_probe_misuse(struct ac_probe_env *env, unsigned which); /* misuse * tries + try */

enum { AC_ALIGNED_FORMS = 3, AC_EXHAUST_SIZES = 3, AC_REALLOC_ZERO_WAYS = 6, AC_NULL_CALLS = 3 };

#endif
