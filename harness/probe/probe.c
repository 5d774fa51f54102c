// SPDX-License-Identifier: MIT
// The list of probes, and the process that runs them.
#define _GNU_SOURCE
#include "probe.h"

#include <stdio.h>
#include <unistd.h>

/* What a probe needs of its process. */
enum company {
    ALONE,  /* a process of its own: it leaves the heap, or the process, in a state */
    SHARED, /* one that the probes beside it may share */
};

static const struct probe {
    void (*run)(struct ac_bench *bench, unsigned which);
    uint32_t count;
    enum company company;
    enum ac_measure_depth depth;
} probes[] = {
    {ac_probe_zero, AC_FN_COUNT, ALONE, AC_MEASURE_TO_CHECK},
    {ac_probe_realloc_zero, AC_REALLOC_ZERO_WAYS, ALONE, AC_MEASURE_TO_CHECK},
    {ac_probe_refusal, AC_FN_COUNT *AC_CAUSES, SHARED, AC_MEASURE_TO_CHECK},
    {ac_probe_absurd, AC_ALIGNED_FORMS, SHARED, AC_MEASURE_TO_CHECK},
    {ac_probe_min_alignment, 1, SHARED, AC_MEASURE_TO_CHECK},
    {ac_probe_keeps_alignment, 1, SHARED, AC_MEASURE_TO_CHECK},
    {ac_probe_usable, 1, SHARED, AC_MEASURE_BOUNDARIES},
    {ac_probe_exhaust, AC_EXHAUST_SIZES, ALONE, AC_MEASURE_TO_CHECK},
    {ac_probe_boundaries, 1, ALONE, AC_MEASURE_BOUNDARIES},
    {ac_probe_largest, 1, ALONE, AC_MEASURE_TO_CHECK},
    {ac_probe_misuse, AC_MISUSE_COUNT *AC_MISUSE_TRIES, ALONE, AC_MEASURE_ALL},
};

enum { PROBES = sizeof probes / sizeof *probes };

uint32_t ac_probe_count(void) {
    uint32_t count = 0;
    for (size_t i = 0; i < PROBES; i++) {
        count += probes[i].count;
    }
    return count;
}

/* The probe of a number, which is left as its own count; NULL: beyond the last. */
static const struct probe *find(uint32_t *at) {
    for (size_t i = 0; i < PROBES; i++) {
        if (*at < probes[i].count) {
            return &probes[i];
        }
        *at -= probes[i].count;
    }
    return NULL;
}

int ac_probe_misuse_at(uint32_t at) {
    const struct probe *probe = find(&at);
    return probe != NULL && probe->run == ac_probe_misuse ? (int)(at / AC_MISUSE_TRIES) : -1;
}

/* The next probe that belongs to what is measured; those before it are skipped. */
static const struct probe *find_asked(struct ac_probing *probing, uint32_t *which) {
    for (;; probing->at++) {
        *which = probing->at;
        const struct probe *probe = find(which);
        if (probe == NULL || probe->depth <= (enum ac_measure_depth)probing->depth) {
            return probe;
        }
    }
}

/* --- the process --- */

static void on_fatal(void *ctx, const char *text) {
    struct ac_probing *probing = ctx;
    snprintf(probing->fatal, sizeof probing->fatal, "%s", text);
    _exit(1);
}

static bool open_heap(struct ac_bench *bench) {
    const struct ac_allocator *allocator = bench->allocator;
    struct ac_open_options options = {.fatal = on_fatal, .fatal_ctx = bench->probing};
    if (allocator->open == NULL) {
        return true;
    }
    if (allocator->sources != 0) {
        const struct ac_head head = ac_default_head();
        bench->source = ac_source_new();
        if (bench->source == NULL ||
            !ac_source_open(bench->source, &head, ac_source_kind_for(allocator), &bench->pages)) {
            return false;
        }
        options.source = &bench->pages;
    }
    bench->heap = allocator->open(&options);
    return bench->heap != NULL;
}

bool ac_probe_from(const struct ac_allocator *allocator, struct ac_probing *probing,
                   struct ac_progress *progress) {
    struct ac_bench bench = {.allocator = allocator,
                             .probing = probing,
                             .measured = &probing->measured,
                             .progress = progress};
    if (!open_heap(&bench)) {
        return false;
    }
    for (bool first = true;; first = false) {
        uint32_t which;
        const struct probe *probe = find_asked(probing, &which);
        if (probe == NULL || (probe->company == ALONE && !first)) {
            return true;
        }
        probe->run(&bench, which);
        probing->at++;
        if (probe->company == ALONE) {
            return true;
        }
    }
}
