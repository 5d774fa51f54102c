// SPDX-License-Identifier: MIT
// Inputs that an engine stored: crashes become candidates, corpus inputs run under the replay
// oracles.
#define _GNU_SOURCE /* asprintf */
#include "candidate.h"
#include "external.h"

#include "allocheck/codec.h"
#include "allocheck/history.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Without a page source no-growth takes 70,000 rounds, so it checks one corpus input in this many.
 */
enum { GROWTH_EVERY = 64 };

void external_found_seed(const struct external *external, const struct ac_program *program,
                         const struct ac_finding *finding, uint64_t seed) {
    char how[64];
    snprintf(how, sizeof how, "a generated program, random seed %llu", (unsigned long long)seed);
    const struct candidate candidate = {.program = program, .finding = finding, .how = how};
    campaign_candidate(external->campaign, &candidate);
}

/* --- crashes --- */

static bool program_at(void *ctx, uint64_t index, struct ac_program *program) {
    const struct ac_history_view *view = ctx;
    return ac_decode(program, view->inputs[index].bytes, view->inputs[index].size);
}

/* For a crash that says nothing about its cause. */
static struct ac_finding unknown_end(const struct ac_program *program) {
    struct ac_finding finding;
    ac_finding_at(&finding, AC_ORACLE_SURVIVES, (uint32_t)program->count);
    snprintf(finding.expected, sizeof finding.expected, "the process survives");
    snprintf(finding.actual, sizeof finding.actual, "the engine's process ended in this program");
    return finding;
}

static void take_crash(struct external *external, unsigned job, const struct ac_program *program,
                       const uint8_t *bytes, size_t size, const char *how) {
    char path[4096];
    struct ac_history_view view;
    struct ac_finding finding = unknown_end(program);
    struct ac_report report;
    snprintf(path, sizeof path, "%s/job%u/history", external->folder, job);
    bool known = ac_history_read(&view, path, bytes, size);
    ac_child_renew(external->quick_child);
    if (ac_child_run(external->quick_child, program, &report) == AC_CHILD_RAN && report.found)
        finding = report.finding;
    else if (known && view.blamed)
        finding = view.finding;
    const struct candidate candidate = {.program = program,
                                        .finding = &finding,
                                        .how = how,
                                        .raw = {(const char *)bytes, size, false},
                                        .count = known ? view.count : 0,
                                        .at = program_at,
                                        .ctx = &view};
    campaign_candidate(external->campaign, &candidate);
    if (known)
        ac_history_close(&view);
}

/* A timeout may only mean that the machine was busy; a program that reaches the memory limit is no
 * finding. */
static void run_again(struct external *external, enum external_input input,
                      const struct ac_program *program, const struct raw_input *raw,
                      const char *how) {
    struct ac_report report;
    ac_child_renew(external->quick_child);
    if (ac_child_run(external->quick_child, program, &report) == AC_CHILD_RAN && report.found) {
        const struct candidate candidate = {
            .program = program, .finding = &report.finding, .how = how, .raw = *raw};
        campaign_candidate(external->campaign, &candidate);
    } else if (input == EXTERNAL_OOM) {
        external->replays.sum.counts.over_memory++;
    }
}

static void take_input(struct external *external, unsigned job, enum external_input input,
                       char *path) {
    size_t size;
    uint8_t *bytes = external_read(path, &size);
    struct ac_program program;
    char how[300];
    snprintf(how, sizeof how, "%s of job %u", basename(path), job);
    ac_program_init(&program);
    if (bytes != NULL && ac_decode(&program, bytes, size)) {
        if (input == EXTERNAL_CRASH) {
            take_crash(external, job, &program, bytes, size, how);
        } else {
            const struct raw_input raw = {(const char *)bytes, size, false};
            run_again(external, input, &program, &raw, how);
        }
    }
    if (bytes != NULL)
        external_drop(external, bytes, size);
    ac_program_destroy(&program);
    free(bytes);
}

/* True if a store's files can be collected now. */
static bool is_ready(const struct external *external, const struct external_store *store,
                     unsigned job) {
    return store->input != EXTERNAL_CORPUS && (!store->by_content || external->jobs[job].pid == 0);
}

static unsigned collect_store(struct external *external, unsigned job,
                              const struct external_store *store, unsigned count) {
    char *path;
    while ((count == 0 || !campaign_is_over(external->campaign)) &&
           (path = external_next(external, store, job)) != NULL) {
        take_input(external, job, store->input, path);
        if (store->by_content)
            remove(path);
        free(path);
        count++;
    }
    return count;
}

unsigned external_collect(struct external *external, unsigned job) {
    unsigned count = 0;
    for (size_t i = 0; i < external->engine->store_count; i++) {
        const struct external_store *store = &external->engine->stores[i];
        if (is_ready(external, store, job))
            count = collect_store(external, job, store, count);
    }
    return count;
}

/* --- corpus --- */

static char *next_corpus_input(struct external *external) {
    for (size_t i = 0; i < external->engine->store_count; i++) {
        const struct external_store *store = &external->engine->stores[i];
        for (unsigned job = 0; store->input == EXTERNAL_CORPUS && job < external->count; job++) {
            char *path = external_next(external, store, job);
            if (path != NULL)
                return path;
        }
    }
    return NULL;
}

uint64_t external_not_replayed(struct external *external) {
    uint64_t left = 0;
    for (size_t i = 0; i < external->engine->store_count; i++) {
        const struct external_store *store = &external->engine->stores[i];
        unsigned folders = store->after != NULL ? external->count : 1;
        for (unsigned job = 0; store->input == EXTERNAL_CORPUS && job < folders; job++)
            left += external_left(external, store, job);
    }
    return left;
}

static struct ac_child *child_for_replay(const struct external *external) {
    const bool few_rounds = external->campaign->scope.generate.sources != 0;
    return few_rounds || external->replays.replayed % GROWTH_EVERY == 0 ? external->replay_child
                                                                        : external->quick_child;
}

bool external_replay_one(struct external *external) {
    char *path = next_corpus_input(external);
    size_t size;
    if (path == NULL)
        return false;
    uint8_t *bytes = external_read(path, &size);
    struct ac_program program;
    ac_program_init(&program);
    if (bytes != NULL && ac_decode(&program, bytes, size)) {
        const struct raw_input raw = {(const char *)bytes, size, false};
        campaign_replay(external->campaign, child_for_replay(external), &external->replays,
                        &program, "a corpus input of the engine", &raw);
    }
    ac_program_destroy(&program);
    free(bytes);
    free(path);
    return true;
}
