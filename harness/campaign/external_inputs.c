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

enum ac_child_end external_run_alone(struct external *external, const struct ac_program *program,
                                     struct ac_report *report) {
    ac_child_renew(external->quick_child);
    ac_child_accept(external->quick_child, &external->campaign->known.accepted);
    return ac_child_run(external->quick_child, program, report);
}

/* Confirms it without the ops that it went on after, unless its process knew less. */
static void hand_over(const struct external *external, struct candidate *candidate) {
    const struct ac_accepted accepted = external->campaign->known.accepted;
    if (!is_accepted(&accepted, candidate->program, candidate->finding))
        candidate->accepted = &accepted;
    campaign_candidate(external->campaign, candidate);
}

void external_found_seed(const struct external *external, const struct ac_program *program,
                         const struct ac_finding *finding, uint64_t seed) {
    char how[64];
    snprintf(how, sizeof how, "a generated program, random seed %llu", (unsigned long long)seed);
    struct candidate candidate = {.program = program, .finding = finding, .how = how};
    hand_over(external, &candidate);
}

/* --- one input --- */

/* A file of the engine, and the program that the engine runs for it. */
struct engine_input {
    uint8_t *bytes;
    size_t size;
    struct ac_program program;
    struct raw_input raw; /* the bytes, if they are the whole program */
};

static bool decode(const struct external *external, const uint8_t *bytes, size_t size,
                   struct ac_program *program, struct raw_input *raw) {
    *raw = (struct raw_input){(const char *)bytes, size, false};
    if (!ac_decode(program, bytes, size))
        return false;
    campaign_leave_out(external->campaign, program, raw);
    return true;
}

/* False: there is no program; close it all the same. */
static bool open_input(const struct external *external, const char *path,
                       struct engine_input *input) {
    input->bytes = external_read(path, &input->size);
    ac_program_init(&input->program);
    return input->bytes != NULL &&
           decode(external, input->bytes, input->size, &input->program, &input->raw);
}

static void close_input(struct engine_input *input) {
    ac_program_destroy(&input->program);
    free(input->bytes);
}

/* --- crashes --- */

/* The inputs that the engine's process ran. */
struct ran {
    const struct external *external;
    struct ac_history_view view;
};

static bool program_at(void *ctx, uint64_t index, struct ac_program *program) {
    const struct ran *ran = ctx;
    const struct ac_history_input *input = &ran->view.inputs[index];
    struct raw_input raw;
    return decode(ran->external, input->bytes, input->size, program, &raw);
}

/* For a crash that says nothing about its cause. */
static struct ac_finding unknown_end(const struct ac_program *program) {
    struct ac_finding finding;
    ac_finding_at(&finding, AC_ORACLE_SURVIVES, (uint32_t)program->count);
    snprintf(finding.expected, sizeof finding.expected, "the process survives");
    snprintf(finding.actual, sizeof finding.actual, "the engine's process ended in this program");
    return finding;
}

static void take_crash(struct external *external, unsigned job, const struct engine_input *input,
                       const char *how) {
    char path[4096];
    struct ran ran = {.external = external};
    struct ac_finding finding = unknown_end(&input->program);
    struct ac_report report;
    snprintf(path, sizeof path, "%s/job%u/history", external->folder, job);
    const bool known = ac_history_read(&ran.view, path, input->bytes, input->size);
    if (external_run_alone(external, &input->program, &report) == AC_CHILD_RAN && report.found)
        finding = report.finding;
    else if (known && ran.view.blamed)
        finding = ran.view.finding;
    struct candidate candidate = {.program = &input->program,
                                  .finding = &finding,
                                  .how = how,
                                  .raw = input->raw,
                                  .count = known ? ran.view.count : 0,
                                  .at = program_at,
                                  .ctx = &ran};
    hand_over(external, &candidate);
    if (known)
        ac_history_close(&ran.view);
}

/* A timeout may only mean that the machine was busy; a program that reaches the memory limit is no
 * finding. */
static void run_again(struct external *external, enum external_input kind,
                      const struct engine_input *input, const char *how) {
    struct ac_report report;
    if (external_run_alone(external, &input->program, &report) == AC_CHILD_RAN && report.found) {
        struct candidate candidate = {
            .program = &input->program, .finding = &report.finding, .how = how, .raw = input->raw};
        hand_over(external, &candidate);
    } else if (kind == EXTERNAL_OOM) {
        external->replays.sum.counts.over_memory++;
    }
}

static void take_input(struct external *external, unsigned job, enum external_input kind,
                       char *path) {
    struct engine_input input;
    char how[300];
    snprintf(how, sizeof how, "%s of job %u", basename(path), job);
    if (open_input(external, path, &input)) {
        if (kind == EXTERNAL_CRASH)
            take_crash(external, job, &input, how);
        else
            run_again(external, kind, &input, how);
    }
    if (input.bytes != NULL)
        external_drop(external, input.bytes, input.size);
    close_input(&input);
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
    struct engine_input input;
    if (path == NULL)
        return false;
    if (open_input(external, path, &input))
        campaign_replay(external->campaign, child_for_replay(external), &external->replays,
                        &input.program, "a corpus input of the engine", &input.raw,
                        &external->campaign->known.accepted);
    close_input(&input);
    free(path);
    return true;
}
