// SPDX-License-Identifier: MIT
// The list of probes, and the process that runs them.
#define _GNU_SOURCE
#include "probe.h"

#include <stdio.h>
#include <unistd.h>

enum isolation {
    ALONE,  /* needs a fresh process: the probe leaves its traces in the heap or the process */
    SHARED, /* may share a process with the probes before and after it */
};

static const struct probe {
    void (*run)(struct ac_probe_env *env, unsigned which);
    uint32_t count;
    enum isolation isolation;
    enum ac_measure_depth depth;
    const char *name;
} probes[] = {
    {ac_probe_size_zero, AC_FN_COUNT, ALONE, AC_MEASURE_TO_CHECK, "size 0"},
    {ac_probe_realloc_zero, AC_REALLOC_ZERO_WAYS, ALONE, AC_MEASURE_TO_CHECK, "realloc to 0"},
    {ac_probe_null, AC_NULL_CALLS, ALONE, AC_MEASURE_ALL, "calls with NULL"},
    {ac_probe_refusal, AC_FN_COUNT *AC_CAUSES, SHARED, AC_MEASURE_TO_CHECK,
     "requests that cannot be granted"},
    {ac_probe_huge_alignment, AC_ALIGNED_FORMS, SHARED, AC_MEASURE_TO_CHECK, "huge alignments"},
    {ac_probe_min_alignment, 1, SHARED, AC_MEASURE_TO_CHECK, "minimum alignment"},
    {ac_probe_keeps_alignment, 1, SHARED, AC_MEASURE_TO_CHECK, "alignment kept by realloc"},
    {ac_probe_slack, 1, SHARED, AC_MEASURE_BOUNDARIES, "usable sizes"},
    {ac_probe_shrink, 1, SHARED, AC_MEASURE_ALL, "realloc that shrinks"},
    {ac_probe_freed_size, 1, ALONE, AC_MEASURE_TO_CHECK, "a freed size, granted again"},
    {ac_probe_pool, 1, ALONE, AC_MEASURE_TO_CHECK, "a fixed pool"},
    {ac_probe_exhaust, AC_EXHAUST_SIZES, ALONE, AC_MEASURE_TO_CHECK, "exhausted memory"},
    {ac_probe_boundaries, 1, ALONE, AC_MEASURE_BOUNDARIES, "size-class boundaries"},
    {ac_probe_largest_request, 1, ALONE, AC_MEASURE_TO_CHECK, "the largest request"},
    {ac_probe_misuse, AC_MISUSE_COUNT *AC_MISUSE_TRIES, ALONE, AC_MEASURE_ALL, "misuse"},
};

enum { PROBES = sizeof probes / sizeof *probes };

uint32_t ac_probe_count(void) {
    uint32_t count = 0;
    for (size_t i = 0; i < PROBES; i++)
        count += probes[i].count;
    return count;
}

/* The probe of a number; *at becomes its `which`. NULL: beyond the last. */
static const struct probe *find(uint32_t *at) {
    for (size_t i = 0; i < PROBES; i++) {
        if (*at < probes[i].count)
            return &probes[i];
        *at -= probes[i].count;
    }
    return NULL;
}

const char *ac_probe_name(uint32_t at) {
    const struct probe *probe = find(&at);
    return probe != NULL ? probe->name : "";
}

bool ac_probe_is_asked(uint32_t at, enum ac_measure_depth depth) {
    const struct probe *probe = find(&at);
    return probe != NULL && probe->depth <= depth;
}

int ac_probe_misuse_at(uint32_t at) {
    const struct probe *probe = find(&at);
    return probe != NULL && probe->run == ac_probe_misuse ? (int)(at / AC_MISUSE_TRIES) : -1;
}

/* Skips probes that the depth leaves out. */
static const struct probe *find_next(struct ac_probe_state *state, uint32_t *which) {
    for (;; state->at++) {
        *which = state->at;
        const struct probe *probe = find(which);
        if (probe == NULL || probe->depth <= (enum ac_measure_depth)state->depth)
            return probe;
    }
}

/* --- the process --- */

static void on_fatal(void *ctx, const char *text) {
    struct ac_probe_state *state = ctx;
    snprintf(state->fatal, sizeof state->fatal, "%s", text);
    _exit(1);
}

static bool open_heap(struct ac_probe_env *env) {
    const struct ac_allocator *allocator = env->allocator;
    struct ac_open_options options = {.fatal = on_fatal, .fatal_ctx = env->state};
    if (allocator->open == NULL)
        return true;
    if (allocator->sources != 0) {
        const struct ac_head head = ac_default_head();
        env->source = ac_source_new();
        if (env->source == NULL ||
            !ac_source_open(env->source, &head, ac_source_kind_for(allocator), &env->pages))
            return false;
        options.source = &env->pages;
    }
    env->heap = allocator->open(&options);
    return env->heap != NULL;
}

bool ac_probe_run_from(const struct ac_allocator *allocator, struct ac_probe_state *state,
                       struct ac_progress *progress) {
    struct ac_probe_env env = {
        .allocator = allocator, .state = state, .measured = &state->measured, .progress = progress};
    if (!open_heap(&env))
        return false;
    for (bool first = true;; first = false) {
        uint32_t which;
        const struct probe *probe = find_next(state, &which);
        if (probe == NULL || (probe->isolation == ALONE && !first))
            return true;
        probe->run(&env, which);
        state->at++;
        if (probe->isolation == ALONE)
            return true;
    }
}
