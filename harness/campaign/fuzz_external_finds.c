// SPDX-License-Identifier: MIT
// Inputs that engines have stored, as candidates; and inputs that they keep, under the replay
// oracles.
#define _GNU_SOURCE /* asprintf */
#include "fuzz_external.h"

#include "allocheck/codec.h"
#include "allocheck/history.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Inputs kept, no-growth checks one where there is no page source: it takes 70,000 rounds there. */
enum { GROWTH_EVERY = 64 };

void external_found_seed(const struct external *external, const struct ac_program *program,
                         const struct ac_finding *finding, uint64_t seed) {
    char how[64];
    snprintf(how, sizeof how, "a generated program, random seed %llu", (unsigned long long)seed);
    const struct candidate candidate = {.program = program, .finding = finding, .how = how};
    campaign_candidate(external->campaign, &candidate);
}

/* --- finds --- */

static bool program_at(void *ctx, uint64_t index, struct ac_program *program) {
    const struct ac_history_view *view = ctx;
    return ac_decode(program, view->inputs[index].bytes, view->inputs[index].size);
}

/* Whatever it was that ended the process, it is seen in another one. */
static struct ac_finding unknown_end(const struct ac_program *program) {
    struct ac_finding finding = {.oracle = AC_ORACLE_SURVIVES,
                                 .op = (uint32_t)program->count,
                                 .slot = AC_NO_SLOT,
                                 .other_slot = AC_NO_SLOT,
                                 .block = UINT32_MAX,
                                 .first_wrong = UINT64_MAX,
                                 .last_wrong = UINT64_MAX};
    snprintf(finding.expected, sizeof finding.expected, "a process that goes on");
    snprintf(finding.actual, sizeof finding.actual, "the engine's process ended in this program");
    return finding;
}

static void hand_over(struct external *external, unsigned job, const struct ac_program *program,
                      const uint8_t *bytes, size_t size, const char *how) {
    char path[4096];
    struct ac_history_view view;
    struct ac_finding finding = unknown_end(program);
    struct ac_report report;
    snprintf(path, sizeof path, "%s/job%u/history", external->folder, job);
    bool known = ac_history_read(&view, path, bytes, size);
    ac_child_renew(external->quick);
    if (ac_child_run(external->quick, program, &report) == AC_CHILD_RAN && report.found) {
        finding = report.finding;
    } else if (known && view.blamed) {
        finding = view.finding;
    }
    const struct candidate candidate = {.program = program,
                                        .finding = &finding,
                                        .how = how,
                                        .raw = {(const char *)bytes, size, false},
                                        .count = known ? view.count : 0,
                                        .at = program_at,
                                        .ctx = &view};
    campaign_candidate(external->campaign, &candidate);
    if (known) {
        ac_history_close(&view);
    }
}

/* A program that took too long where other processes had the machine is none that hangs; one at
 * which the bound of memory was reached is cut there, as in a child. */
static void try_again(struct external *external, enum external_what what,
                      const struct ac_program *program, const struct raw_input *raw,
                      const char *how) {
    struct ac_report report;
    ac_child_renew(external->quick);
    if (ac_child_run(external->quick, program, &report) == AC_CHILD_RAN && report.found) {
        const struct candidate candidate = {
            .program = program, .finding = &report.finding, .how = how, .raw = *raw};
        campaign_candidate(external->campaign, &candidate);
    } else if (what == EXTERNAL_FULL) {
        external->replays.sum.counts.over_memory++;
    }
}

static void take_find(struct external *external, unsigned job, enum external_what what,
                      char *path) {
    size_t size;
    uint8_t *bytes = external_read(path, &size);
    struct ac_program program;
    char how[300];
    snprintf(how, sizeof how, "%s of job %u", basename(path), job);
    ac_program_init(&program);
    if (bytes != NULL && ac_decode(&program, bytes, size)) {
        if (what == EXTERNAL_CRASHED) {
            hand_over(external, job, &program, bytes, size, how);
        } else {
            const struct raw_input raw = {(const char *)bytes, size, false};
            try_again(external, what, &program, &raw, how);
        }
    }
    if (bytes != NULL) {
        external_drop(external, bytes, size);
    }
    ac_program_destroy(&program);
    free(bytes);
}

/* True when a place may have finds that can be looked at now. */
static bool is_fixed(const struct external *external, const struct external_place *place,
                     unsigned job) {
    return place->what != EXTERNAL_KEPT && (!place->by_content || external->jobs[job].pid == 0);
}

static unsigned take_place(struct external *external, unsigned job,
                           const struct external_place *place, unsigned finds) {
    char *path;
    while ((finds == 0 || !campaign_over(external->campaign)) &&
           (path = external_next(external, place, job)) != NULL) {
        take_find(external, job, place->what, path);
        if (place->by_content) {
            remove(path);
        }
        free(path);
        finds++;
    }
    return finds;
}

unsigned external_take_finds(struct external *external, unsigned job) {
    unsigned finds = 0;
    for (size_t i = 0; i < external->kind->place_count; i++) {
        const struct external_place *place = &external->kind->places[i];
        if (is_fixed(external, place, job)) {
            finds = take_place(external, job, place, finds);
        }
    }
    return finds;
}

/* --- what is kept --- */

static void replay(struct external *external, const struct ac_program *program,
                   const struct raw_input *raw, const char *how) {
    const bool few_rounds = campaign_scope(external->campaign)->generate.sources != 0;
    const bool with_growth = few_rounds || external->replays.replayed % GROWTH_EVERY == 0;
    struct ac_child *child = with_growth ? external->check : external->quick;
    struct ac_report report;
    ac_child_renew(child);
    enum ac_child_end end = ac_child_replay(child, program, &report);
    if (end != AC_CHILD_RAN) {
        external->replays.unfinished += end == AC_CHILD_TIMEOUT;
        external->replays.lost += end == AC_CHILD_FAILED;
        return;
    }
    external->replays.replayed++;
    ac_report_add(&external->replays.sum, &report);
    external->replays.sum.found = false;
    if (report.found) {
        const struct candidate candidate = {.program = program,
                                            .finding = &report.finding,
                                            .replay = true,
                                            .how = how,
                                            .raw = *raw};
        campaign_candidate(external->campaign, &candidate);
    }
}

static char *next_kept(struct external *external) {
    for (size_t i = 0; i < external->kind->place_count; i++) {
        const struct external_place *place = &external->kind->places[i];
        for (unsigned job = 0; place->what == EXTERNAL_KEPT && job < external->count; job++) {
            char *path = external_next(external, place, job);
            if (path != NULL) {
                return path;
            }
        }
    }
    return NULL;
}

uint64_t external_not_replayed(struct external *external) {
    uint64_t left = 0;
    for (size_t i = 0; i < external->kind->place_count; i++) {
        const struct external_place *place = &external->kind->places[i];
        unsigned folders = place->after != NULL ? external->count : 1;
        for (unsigned job = 0; place->what == EXTERNAL_KEPT && job < folders; job++) {
            left += external_left(external, place, job);
        }
    }
    return left;
}

bool external_replay_one(struct external *external) {
    char *path = next_kept(external);
    size_t size;
    if (path == NULL) {
        return false;
    }
    uint8_t *bytes = external_read(path, &size);
    struct ac_program program;
    ac_program_init(&program);
    if (bytes != NULL && ac_decode(&program, bytes, size)) {
        const struct raw_input raw = {(const char *)bytes, size, false};
        replay(external, &program, &raw, "an input that the engine keeps");
    }
    ac_program_destroy(&program);
    free(bytes);
    free(path);
    return true;
}
